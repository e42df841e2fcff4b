"""An invented workshop of 800 kVA: its points and the readings of one visit, as a service team would bring them home.

  .venv/bin/python examples/workshop.py workshop
  .venv/bin/jishiyu diagnose workshop/readings.csv --points workshop/points.csv --on 2025-06-18 --out workshop/result

The workshop buys at 10 kV, has one transformer, three distribution boxes with residual-current devices, two lines and
two earths. An analyser stood at the point of common coupling and behind the transformer for a day (every 10 minutes);
the rest was measured by hand. Some things are wrong on purpose: that is what the report is for.
"""

import csv
import math
import random
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

SEED = 800
DAY = datetime.fromisoformat("2025-06-17 00:00:00")
STEP = timedelta(minutes=10)
POINT_COLUMNS = [
    "测点", "测点名称", "测点类型", "电压等级", "额定动作电流", "安装场所", "测温部位", "接地类型", "用户类别",
    "企业名称", "地址", "变压器容量(kVA)", "专属管家", "服务队", "勘查日期",
]  # fmt: skip
READING_COLUMNS = [
    "测点", "测点类型", "电压等级", "检测项目", "相别", "实测值", "单位", "测量时间", "仪器", "连续记录",
]  # fmt: skip
VISIT = ["新辉机械(虚构)", "同翔高新城示例路 8 号", "800", "陈晓(虚构)", "林工、苏工、黄师傅(虚构)", "2025-06-18"]
POINTS = [
    ["PCC", "10 kV 进线", "公共连接点", "10kV", "", "", "", "", "高压工业"],
    ["T1", "1 号变压器 800 kVA", "变压器", "380V", "", "", "接头", "", ""],
    ["D1", "总配电箱", "配电箱", "380V", "", "", "接头", "", ""],
    ["D2", "冲压线配电箱", "配电箱", "380V", "", "", "接头", "", ""],
    ["D3", "清洗间配电箱", "配电箱", "380V", "", "", "触头", "", ""],
    ["L1", "冲压线电缆", "线路", "380V", "", "", "导线", "", ""],
    ["L2", "照明线路", "线路", "220V", "", "", "导线", "", ""],
    ["R1", "总箱漏电保护器", "漏电保护器", "380V", "100", "总配电箱", "", "", ""],
    ["R2", "冲压线漏电保护器", "漏电保护器", "380V", "30", "末端", "", "", ""],
    ["R3", "清洗间漏电保护器", "漏电保护器", "220V", "30", "潮湿场所", "", "", ""],
    ["E1", "变压器接地", "接地", "", "", "", "", "工作接地", ""],
    ["E2", "厂房防雷接地", "接地", "", "", "", "", "防雷接地", ""],
]
# point, quantity, phase, value, unit, minute of the visit, instrument
BY_HAND = [
    ("D1", "电压", "", "392.6", "V", 10, "FLUKE-17B-03"),
    ("D1", "热点温度", "A", "46.2", "℃", 12, "T640-01"), ("D1", "热点温度", "B", "47.0", "℃", 12, "T640-01"),
    ("D1", "热点温度", "C", "45.1", "℃", 12, "T640-01"), ("D1", "环境温度", "", "33.5", "℃", 12, "T640-01"),
    ("D2", "电压", "", "408.3", "V", 25, "FLUKE-17B-03"),
    ("D2", "热点温度", "A", "51.8", "℃", 27, "T640-01"), ("D2", "热点温度", "B", "96.4", "℃", 27, "T640-01"),
    ("D2", "热点温度", "C", "50.9", "℃", 27, "T640-01"), ("D2", "环境温度", "", "34.0", "℃", 27, "T640-01"),
    ("D3", "电压", "", "0.386", "kV", 41, "FLUKE-17B-03"),
    ("D3", "热点温度", "A", "39.0", "℃", 43, "T640-01"), ("D3", "正常相温度", "", "36.2", "℃", 43, "T640-01"),
    ("D3", "环境温度", "", "33.0", "℃", 43, "T640-01"),
    ("L1", "绝缘电阻", "A", "120", "MΩ", 60, "1550C-02"), ("L1", "绝缘电阻", "B", ">500", "MΩ", 60, "1550C-02"),
    ("L1", "绝缘电阻", "C", "85", "MΩ", 60, "1550C-02"), ("L1", "温度", "", "58.5", "℃", 61, "T640-01"),
    ("L2", "绝缘电阻", "", "380", "kΩ", 66, "1550C-02"), ("L2", "电压", "", "231.4", "V", 67, "FLUKE-17B-03"),
    ("R1", "动作电流", "", "78", "mA", 75, "RCD-100-01"), ("R1", "动作时间", "", "180", "ms", 75, "RCD-100-01"),
    ("R2", "动作电流", "", "22.5", "mA", 82, "RCD-100-01"), ("R2", "动作时间", "", "0.041", "s", 82, "RCD-100-01"),
    ("R3", "动作电流", "", "21.0", "mA", 90, "RCD-100-01"), ("R3", "动作时间", "", "128", "ms", 90, "RCD-100-01"),
    ("E1", "接地电阻", "", "2.6", "Ω", 105, "1625-01"), ("E2", "接地电阻", "", "11.8", "Ω", 112, "1625-01"),
    ("T1", "电流不平衡度", "", "17.5", "%", 120, "PA-435-02"),
    ("T1", "频率", "", "50.02", "V", 121, "FLUKE-17B-03"),
]  # fmt: skip


def exact(value: float, places: int) -> str:
    """This function will write a simulated value as the analyser shows it."""
    return str(Decimal(value).quantize(Decimal(1).scaleb(-places)))


def load_at(minute: int) -> float:
    """This function will return the load of the workshop (share of 800 kVA): two shifts, a lunch break, presses in the evening."""
    hour = minute / 60
    if hour < 7.5 or hour >= 22:
        return 0.18
    if 12 <= hour < 13:
        return 0.35
    return 0.66 + 0.12 * math.sin((hour - 8) / 3.5) + (0.16 if 17 <= hour < 20 else 0)


def series() -> Iterator[list[str]]:
    """This function will yield a day of the analyser, one row per quantity and interval."""
    drawn = random.Random(SEED)
    for step in range(144):
        when = DAY + STEP * step
        load = load_at(step * 10) + drawn.uniform(-0.02, 0.02)
        presses = 17 <= when.hour < 20
        pcc = {
            "电压": (exact(10.32 - 0.35 * load + drawn.uniform(-0.02, 0.02), 3), "kV"),
            "频率": (exact(50 + drawn.uniform(-0.04, 0.04), 3), "Hz"),
            "电压总谐波畸变率": (exact(1.6 + 1.9 * load + drawn.uniform(-0.1, 0.1), 2), "%"),
            "5次谐波电压": (exact(0.9 + 1.7 * load + (0.9 if presses else 0) + drawn.uniform(-0.1, 0.1), 2), "%"),
            "7次谐波电压": (exact(0.5 + 0.9 * load + drawn.uniform(-0.1, 0.1), 2), "%"),
            "三相电压不平衡度": (exact(0.7 + 0.4 * load + drawn.uniform(-0.1, 0.1), 2), "%"),
            "功率因数": (exact(0.95 - 0.09 * load + drawn.uniform(-0.01, 0.01), 3), ""),
        }
        behind = {
            "电压": (exact(403.5 - 12 * load + drawn.uniform(-1, 1), 1), "V"),
            "电压总谐波畸变率": (exact(2.2 + 2.6 * load + drawn.uniform(-0.2, 0.2), 2), "%"),
            "负载率": (exact(100 * load, 1), "%"),
        }
        for point, kind, level, values in (("PCC", "公共连接点", "10kV", pcc), ("T1", "变压器", "380V", behind)):
            for quantity, (value, unit) in values.items():
                yield [point, kind, level, quantity, "", value, unit, str(when), "PA-435-01", "1"]


def write(folder: Path) -> None:
    """This function will write `points.csv` and `readings.csv`."""
    folder.mkdir(parents=True, exist_ok=True)
    kinds = {row[0]: row[2] for row in POINTS}
    levels = {row[0]: row[3] for row in POINTS}
    begins = DAY + timedelta(days=1, hours=9)
    with (folder / "points.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([POINT_COLUMNS, *([*row, *VISIT] for row in POINTS)])
    with (folder / "readings.csv").open("w", encoding="gb18030", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(READING_COLUMNS)
        for point, quantity, phase, value, unit, minute, instrument in BY_HAND:
            when = begins + timedelta(minutes=minute)
            rows.writerow(
                [point, kinds[point], levels[point], quantity, phase, value, unit, str(when), instrument, "0"]
            )
        rows.writerows(series())


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "workshop"))
