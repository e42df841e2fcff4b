// Draws every [data-chart] with ECharts from the numbers beside it. Words are made on the server; amounts are fen.
// ECharts is larger than everything else of a page together: it is fetched when the first chart comes into view.
"use strict";

const LIBRARY = document.currentScript.dataset.library;

const PALETTE = ["#0958d9", "#d46b08", "#389e0d", "#722ed1", "#c41d7f", "#08979c", "#874d00", "#595959"];
const AXIS = { axisLabel: { color: "#3b4048" }, axisLine: { lineStyle: { color: "#8c939d" } } };

function shown(data, series, at) {
  return `${data.labels[at]}  ${series.name}: ${series.words[at]}`;
}

function short(value, series) {
  const number = series.fen ? value / 100 : value;
  if (Math.abs(number) >= 1e8) return `${+(number / 1e8).toFixed(2)}亿`;
  return Math.abs(number) >= 1e4 ? `${+(number / 1e4).toFixed(1)}万` : String(number);
}

// Times travel in seconds and are drawn in hours, so that the axis has whole ones.
function drawn(series) {
  return series.hours ? series.values.map((value) => (value === null ? null : value / 3600)) : series.values;
}

// Months may be left out between others, names of districts and brackets may not.
function names(labels) {
  const all = labels.length <= 24 && !/^\d{4}/.test(labels[0] || "");
  const long = labels.length > 6 && labels.some((label) => label.length > 2);
  return { color: "#3b4048", interval: all ? 0 : "auto", rotate: all && long ? 35 : 0 };
}

function options(data, wide) {
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
  if (data.shape === "ring" || data.shape === "funnel") {
    const ring = data.shape === "ring";
    const parts = data.labels.map((name, at) => ({ name, value: first.values[at], words: first.words[at] }));
    return { ...base, tooltip: { ...base.tooltip, formatter: (one) => `${one.name}: ${one.data.words}` },
      series: [{ type: ring ? "pie" : "funnel", radius: ring ? ["45%", "72%"] : undefined, sort: "none", data: parts,
        label: { formatter: (one) => `${one.name}\n${one.data.words}`, color: "#1f2329", position: ring ? "outside" : "right" } }] };
  }
  const lines = data.shape === "lines";
  return { ...base, legend: data.series.length > 1 ? { top: 0 } : undefined,
    grid: { left: 12, right: 16, top: data.series.length > 1 ? 36 : 16, bottom: 8, containLabel: true },
    tooltip: { ...base.tooltip, trigger: "axis",
      formatter: (points) => points.map((one) => shown(data, data.series[one.seriesIndex], one.dataIndex)).join("\n") },
    xAxis: { type: "category", data: data.labels, ...AXIS, axisLabel: names(data.labels) },
    // There is no half a person: what is counted has no marks between whole numbers.
    yAxis: { type: "value", ...AXIS, minInterval: !first.fen && first.values.every(Number.isInteger) ? 1 : 0,
      axisLabel: { color: "#3b4048", formatter: (value) => short(value, first) } },
    series: data.series.map((one) => ({ name: one.name, type: lines ? "line" : "bar", data: drawn(one), barMaxWidth: 44,
      stack: data.shape === "stacked" ? "all" : undefined, symbolSize: 6 })) };
}

function draw(place) {
  const data = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  const picture = echarts.init(place, null, { renderer: "canvas" });
  picture.setOption(options(data, place.clientWidth > 600));
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
