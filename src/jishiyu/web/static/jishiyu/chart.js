// Draws every [data-chart] with ECharts from the numbers beside it. Words are made on the server; amounts are fen.
// ECharts is larger than everything else of a page together: it is fetched when the first chart comes into view.
"use strict";

const LIBRARY = document.currentScript.dataset.library;

const PALETTE = ["#0958d9", "#d46b08", "#389e0d", "#722ed1", "#c41d7f", "#08979c", "#874d00", "#595959"];
const AXIS = { axisLabel: { color: "#3b4048" }, axisLine: { lineStyle: { color: "#8c939d" } } };

// Large numbers of an axis, in the steps in which the language of the page counts.
const LARGE = document.documentElement.lang === "en" ? [[1e6, "M"], [1e3, "k"]] : [[1e8, "亿"], [1e4, "万"]];

function shown(data, series, at) {
  return `${data.labels[at]}  ${series.name}: ${series.words[at]}`;
}

function short(value, series) {
  if (series.share) return `${+value.toFixed(2)}%`;
  const number = series.fen ? value / 100 : value;
  const [by, word] = LARGE.find(([least]) => Math.abs(number) >= least) || [1, ""];
  return `${+(number / by).toFixed(2)}${word}`;
}

// Times travel in seconds and are drawn in hours, shares in millionths and in per cents: the axis has round marks.
function drawn(series) {
  const by = series.hours ? 3600 : series.share ? 10000 : 1;
  return by === 1 ? series.values : series.values.map((value) => (value === null ? null : value / by));
}

// How wide a label is, in pixels about.
function width(label) {
  return [...label].reduce((sum, sign) => sum + (sign > "\u2e80" ? 12 : 6.5), 0);
}

// Months may be left out between others, names of districts and brackets may not: where they have no room, they slant.
function names(labels, room) {
  const all = labels.length <= 24 && !/^\d{4}/.test(labels[0] || "");
  const needed = labels.reduce((sum, label) => sum + width(label) + 12, 0);
  return { color: "#3b4048", interval: all ? 0 : "auto", rotate: all && needed > room - 90 ? 35 : 0 };
}

// How far the first of slanting labels reaches to the left of its bar.
function overhang(labels, axis) {
  return axis.rotate ? Math.max(0, Math.round(width(labels[0] || "") * 0.82) - 60) : 0;
}

function options(data, room) {
  const wide = room > 600;
  // Rich text, because the content policy allows no style in markup.
  const base = { color: PALETTE, animation: false, aria: { enabled: true, decal: { show: true } },
                 tooltip: { renderMode: "richText", confine: true } };
  const first = data.series[0];
  if (data.shape === "sankey") {
    const nodes = [...new Set([...data.labels, ...data.targets])];
    return { ...base, series: [{ type: "sankey", data: nodes.map((name) => ({ name })), emphasis: { focus: "adjacency" },
      links: data.labels.map((source, at) => ({ source, target: data.targets[at], value: first.values[at] })),
      left: 8, right: wide ? 240 : 96, nodeAlign: "left", labelLayout: { hideOverlap: true },
      lineStyle: { color: "gradient", opacity: 0.35 },
      label: { color: "#1f2329", width: wide ? 225 : 84, overflow: wide ? "truncate" : "break" } }] };
  }
  const parts = data.labels.map((name, at) => ({ name, value: first.values[at], words: first.words[at] }));
  const told = { ...base.tooltip, formatter: (one) => `${one.name}: ${one.data.words}` };
  // What is counted stands in the middle of a ring, else over the bars.
  const unit = { text: first.name, textStyle: { color: "#3b4048", fontSize: 12, fontWeight: 400 } };
  if (data.shape === "ring" && wide) {
    return { ...base, title: { ...unit, left: "center", top: "middle" }, tooltip: told,
      series: [{ type: "pie", radius: ["45%", "72%"], data: parts,
        label: { formatter: (one) => `${one.name}\n${one.data.words}`, color: "#1f2329", position: "outside" } }] };
  }
  // Bars under each other: a step may also be a little more than the one before, and every number has its place. So it has
  // where a ring has no room for what stands around it.
  if (data.shape === "funnel" || data.shape === "ring") {
    return { ...base, title: { ...unit, left: 0, top: 0 }, tooltip: told,
      grid: { left: 12, right: 84, top: 28, bottom: 8, containLabel: true }, xAxis: { type: "value", show: false },
      yAxis: { type: "category", inverse: true, data: data.labels, ...AXIS, axisLabel: { color: "#3b4048", width: room * 0.34, overflow: "break" } },
      series: [{ type: "bar", barMaxWidth: 44, data: parts, label: { show: true, position: "right", color: "#1f2329", formatter: (one) => one.data.words } }] };
  }
  const curve = data.shape === "curve", lines = curve || data.shape === "lines";
  // Several are told apart by a legend; one alone stands over its axis, with its unit.
  const several = data.series.length > 1, axis = names(data.labels, room);
  return { ...base, legend: several ? { top: 0 } : undefined,
    grid: { left: 12 + (curve ? 0 : overhang(data.labels, axis)), right: 36, top: 36, bottom: curve ? 28 : 8, containLabel: true },
    tooltip: { ...base.tooltip, trigger: "axis",
      formatter: (points) => points.map((one) => shown(data, data.series[one.seriesIndex], one.dataIndex)).join("\n") },
    xAxis: curve ? { type: "value", scale: true, name: data.axis, nameLocation: "middle", nameGap: 28, nameTextStyle: { color: "#3b4048" }, ...AXIS, axisLabel: { color: "#3b4048", formatter: (value) => short(value, { fen: true }) } }
      : { type: "category", data: data.labels, ...AXIS, axisLabel: axis },
    // There is no half a person: what is counted has no marks between whole numbers.
    yAxis: { type: "value", name: several ? undefined : first.name, nameTextStyle: { color: "#3b4048", align: "left" }, ...AXIS,
      minInterval: !first.fen && !first.share && first.values.every(Number.isInteger) ? 1 : 0,
      axisLabel: { color: "#3b4048", formatter: (value) => short(value, first) } },
    series: data.series.map((one) => ({ name: one.name, type: lines ? "line" : "bar", barMaxWidth: 44,
      data: curve ? drawn(one).map((value, at) => [data.places[at], value]) : drawn(one), connectNulls: curve,
      stack: data.shape === "stacked" ? "all" : undefined, symbolSize: 6 })) };
}

function draw(place) {
  const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  const picture = echarts.init(place, null, { renderer: "canvas" });
  picture.setOption(options(data, place.clientWidth));
  new ResizeObserver(() => picture.resize()).observe(place);
}

let fetched;

function library() {
  fetched ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = LIBRARY;
    script.onload = done;
    script.onerror = failed;
    document.head.append(script);
  });
  return fetched;
}

const seen = new IntersectionObserver((entries) => {
  entries.filter((entry) => entry.isIntersecting).forEach((entry) => {
    seen.unobserve(entry.target);
    library().then(() => draw(entry.target));
  });
}, { rootMargin: "200px" });

function watch(within) {
  within.querySelectorAll("[data-chart]:not([_echarts_instance_])").forEach((place) => seen.observe(place));
}

// The page is there first, then its pictures.
if (document.readyState === "complete") watch(document);
else window.addEventListener("load", () => watch(document));
document.addEventListener("htmx:load", (event) => { if (document.readyState === "complete") watch(event.target); });

// Paper shows what nobody has scrolled to.
window.addEventListener("beforeprint", () => {
  if (window.echarts) document.querySelectorAll("[data-chart]:not([_echarts_instance_])").forEach(draw);
});
