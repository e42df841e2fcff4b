"""What can be wrong with long work and the files for it."""

from jishiyu.engine.problems import Problem


class JobUnknown(Problem):
    """No job has this number."""

    en = "There is no job {job}. Look at the list of jobs."
    zh = "没有编号为 {job} 的任务。请查看任务列表。"


class UploadGone(Problem):
    """The bytes of an upload are not there any more."""

    en = "The file {name} (upload {upload}) is no longer kept. Upload it again."
    zh = "文件 {name}(上传编号 {upload})已不再保存。请重新上传。"


class UploadChanged(Problem):
    """A sealed file was cut, put together differently, or belongs to another upload."""

    en = "The kept file {name} (upload {upload}) is damaged and was not used. Upload it again and tell the system administrator."
    zh = "已保存的文件 {name}(上传编号 {upload})已损坏,未被采用。请重新上传,并告知系统管理员。"


class UploadTooLarge(Problem):
    """More bytes than are taken."""

    en = "{name} is larger than {limit} MB and was not kept. Cut it into several files, or use the watched folder."
    zh = "{name} 超过 {limit} MB,未保存。请拆分为多个文件,或使用监视文件夹。"
