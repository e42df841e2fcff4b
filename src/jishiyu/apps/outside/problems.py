"""What can be wrong with the way outside."""

from jishiyu.engine.problems import Problem


class SetByVariable(Problem):
    """The environment says it already, and goes before the screen."""

    en = "{variable} is set where the server starts, and goes before this page. Take it away there and restart the server and the worker; then change it here."
    zh = "服务器启动时已设置 {variable},以其为准。如需在此变更,请先取消该变量并重启服务器和后台进程。"


class FolderUnusable(Problem):
    """The folder is not there, or its files cannot be moved."""

    en = "{path} is not a folder in which the server may write. Make the folder on the server, let the user of the server write there, and give its full path."
    zh = "{path} 不是服务器可写的文件夹。请在服务器上建立该文件夹,允许服务器的运行用户写入,并填写完整路径。"


class FolderOfOurOwn(Problem):
    """Every file of a watched folder is taken away: keys, papers and the database must not be among them."""

    en = "{path} holds Jishiyu's own data, or lies within it. Choose a folder of its own for incoming files."
    zh = "{path} 含有系统自身的数据,或位于其中。请另建专门存放来件的文件夹。"
