"""What invented enterprises ask for in their own words, what invented teams find and do, and invented people's names."""

PLACES = (
    "一号车间", "二号厂房", "冲压线", "注塑车间", "包装线", "空压站", "涂装线", "装配车间", "成品仓库", "办公楼", "职工宿舍", "污水站",
)  # fmt: skip
# Service item of the shipped power round → what enterprises say about it.
NEEDS: dict[str, tuple[str, ...]] = {
    "health-check": (
        "{place}的配电箱用了十来年,夏天总觉得发热,想请师傅做一次用电设备体检",
        "{place}经常跳闸,电工查了几次没找到原因,担心设备老化有隐患",
        "上个月{place}停电两次,想全面检查一下配电柜和电气设备",
        "老厂房配电柜检修记录不全,希望帮我们做一次设备检查,列个隐患清单",
    ),
    "power-quality": (
        "{place}上了变频器以后谐波偏大,补偿电容器烧了两组",
        "精密加工的时候电压波动明显,数控机床会报警,想测一下电能质量",
        "{place}三相不平衡,零线发烫,想请专家看看怎么治理",
    ),
    "transformer-check": (
        "800kVA变压器夏天油温高,负载率快到头了,想请人诊断一下还能不能带新线",
        "变压器有异响,用了十五年了,不知道该修还是该换",
        "扩产后变压器可能过载,想知道真实的负载率",
    ),
    "leakage-earthing": (
        "{place}漏电保护器动作不稳定,按试验按钮有的不跳,想全部测一遍",
        "厂房防雷接地好几年没测过接地电阻,安监要求提供数据",
        "{place}潮湿,工人反映有麻电的感觉,怕漏电",
    ),
    "lines-cables": (
        "{place}的线路是建厂时拉的,绝缘老化,想排查一下电缆隐患",
        "职工宿舍有私拉乱接的情况,想请专业人员帮着查一遍老旧线路",
        "电缆沟进水以后一直不放心绝缘,想测一测",
    ),
    "power-factor": (
        "这几个月力调电费被罚款,功率因数上不去,想请人看看无功补偿",
        "电费单看不懂,基本电费按容量还是按需量划算?想请专家算一算",
        "想利用峰谷电价把{place}的生产班次排一排,省点电费",
    ),
    "efficiency": (
        "空压机一天到晚开着,能耗很高,想做一次能效诊断",
        "{place}的电机都是老型号,想知道换高效电机或者加变频多久能回本",
        "想做节能改造但不知道从哪里下手,用能成本占了产值的8%",
    ),
    "expansion": (
        "明年要扩产,现有容量不够,增容怎么办、要多久,请指导",
        "新厂房准备报装,接电方案和费用想先咨询一下",
        "客户要求双电源,想了解怎么申请",
    ),
    "metering-temporary": (
        "{place}施工要用几个月临时用电,手续怎么办",
        "总表和分表对不上,怀疑计量有问题,请帮忙看看",
    ),
    "solar-storage": (
        "厂房屋顶想装光伏,自发自用能省多少,结构要不要加固",
        "电费峰谷差大,想了解储能划不划算、安不安全",
        "隔壁厂装了太阳能发电,我们{place}屋顶能不能也装",
    ),
    "charging": (
        "职工电动汽车越来越多,想在停车场装充电桩,电够不够用",
        "{place}准备换电动叉车,充电怎么规划安全",
    ),
    "carbon": (
        "出口客户要产品碳足迹报告,我们没做过碳核算",
        "想买绿电和绿证,不知道流程和价格",
    ),
    "electrician-training": (
        "厂里电工只有两个人持证,希望安排实操培训,帮更多人考证",
        "新来的电工技能跟不上,想请劳模师傅来授课",
        "{place}班组想学一点电工基础,最好能现场实操",
    ),
    "safety-drill": (
        "想组织一次触电急救演练,请师傅来教心肺复苏",
        "夏季安全用电培训,大约六十人,希望结合我们{place}的实际讲",
    ),
}  # fmt: skip
# How often each item is asked for, of a hundred or so.
WEIGHTS = {
    "health-check": 16, "power-quality": 9, "transformer-check": 7, "leakage-earthing": 9, "lines-cables": 8, "power-factor": 11,
    "efficiency": 8, "expansion": 7, "metering-temporary": 3, "solar-storage": 6, "charging": 4, "carbon": 3,
    "electrician-training": 9, "safety-drill": 5,
}  # fmt: skip
WISHED = ("周三上午都可以", "避开交货期,下周任意一天", "最好是停产检修的周五下午", "越快越好", "上午九点以后", "")
# Item → action of the service plan, its result, fen and kWh saved a year (least, most), workers trained (least, most).
ACTIONS: dict[str, tuple[str, str, tuple[int, int], tuple[int, int], tuple[int, int]]] = {
    "health-check": ("更换发热的接线端子并复测温度", "已更换,复测温升正常", (200_000, 900_000), (1_000, 6_000), (2, 6)),
    "power-quality": ("加装有源滤波器,调整电容器组", "谐波降到限值以内", (1_500_000, 6_000_000), (8_000, 40_000), (1, 4)),
    "transformer-check": ("把两条线的负荷移到二号变压器", "负载率降到 72%", (300_000, 1_500_000), (3_000, 12_000), (1, 3)),
    "leakage-earthing": ("更换不合格的漏电保护器,补打接地极", "全部复测合格", (0, 0), (0, 0), (3, 10)),
    "lines-cables": ("更换老化电缆,清理私拉线路", "绝缘复测合格", (0, 0), (0, 0), (2, 6)),
    "power-factor": ("调整无功补偿投切定值,改按需量计费", "功率因数 0.95,力调电费由罚转奖", (2_000_000, 12_000_000), (0, 4_000), (1, 3)),
    "efficiency": ("空压机加装变频器并修补漏点", "日用电下降约一成", (1_000_000, 8_000_000), (20_000, 120_000), (2, 5)),
    "expansion": ("代填增容申请并确定接电方案", "方案答复书已取得", (0, 0), (0, 0), (0, 2)),
    "metering-temporary": ("核对表计接线,重新核定变比", "总分表差值恢复正常", (0, 300_000), (0, 0), (0, 2)),
    "solar-storage": ("出具屋顶光伏可研意见", "企业已立项,预计装机 600 千瓦", (5_000_000, 20_000_000), (100_000, 400_000), (1, 3)),
    "charging": ("完成充电桩布点和容量校核", "首批 8 个桩已投用", (0, 0), (0, 0), (2, 8)),
    "carbon": ("协助完成首份碳核算报告", "报告已提交客户", (0, 0), (0, 0), (1, 4)),
    "electrician-training": ("开设两个半天的电工实操班", "参训职工全部通过考核", (0, 0), (0, 0), (12, 40)),
    "safety-drill": ("组织触电急救演练", "演练完成,现场考核通过", (0, 0), (0, 0), (25, 70)),
}  # fmt: skip
# By the gravest verdict of the report; without a reading the visit was one of advice or training.
ADVICE = {
    "fails": "请按本报告所列不合格项先行整改,整改前加强巡视。", "attention": "建议列入下月检修计划,完成后由专属管家复测。",
    "normal": "各测点总体良好,请保持每月按一次漏电保护器试验按钮。", "": "本次以现场咨询和讲解为主,后续措施见服务计划,由专属管家跟进。",
}  # fmt: skip
THANKS = ("师傅讲得很明白,问题当场就解决了", "来得快,报告也看得懂", "省了不少电费,感谢工会", "希望以后每年都来一次", "")
NOT_YET = ("跳闸少了,但还没有完全解决", "等设备到货才能改")
WITHDRAWN = ("设备已由厂家免费更换,不再需要", "项目推迟到明年,先撤回")
NOT_HELPED = ("本批次没有具备相应资质的专家,建议委托有资质的检测机构", "需要停产两周才能实施,企业暂不同意停产")
PASSED_ON = ("属于市政道路施工用电,转城市建设部门办理", "涉及供电公司线路迁改,转市总工会协调")
UNREACHABLE = ("联系电话三天无人接听,已请所在街道工会上门了解",)
CALLED = ("电话联系车间负责人,约定当面确认", "已电话确认现场情况,对方同意安排电工陪同")
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = (
    "建国",
    "志强",
    "晓明",
    "海燕",
    "伟",
    "敏",
    "国平",
    "丽华",
    "永刚",
    "秀英",
    "文斌",
    "春梅",
    "立新",
    "玉兰",
    "学军",
    "凤霞",
    "振华",
    "小红",
)
STEWARDS = ("guanjia", "guanjia2", "guanjia3", "guanjia4", "guanjia5", "guanjia6", "guanjia7")
# Skills that craftsmen of one kind have together.
CRAFTS: tuple[tuple[str, ...], ...] = (
    ("infrared", "switchgear", "transformer"), ("harmonics", "load", "reactive"), ("rcd", "earthing", "cable"),
    ("reactive", "tariff", "metering"), ("efficiency", "drives", "load"), ("expansion", "connection", "distribution"),
    ("solar", "storage", "connection"), ("charging", "distribution", "metering"), ("carbon", "green", "tariff"),
    ("training", "safety", "first-aid"), ("transformer", "partial-discharge", "protection"), ("infrared", "cable", "switchgear"),
)  # fmt: skip
HONOURS = (
    (4, "全国劳动模范(虚构)"), (3, "省五一劳动奖章(虚构)"), (2, "市级劳动模范(虚构)"), (2, "城市工匠(虚构)"), (1, "行业技术能手(虚构)"), (0, ""),
)  # fmt: skip
TRADES = ("制造业",)
