/**
 * What runs in the page: draws the options it is given, switches views and theme, sorts tables.
 * Text only ever enters the page as text (`textContent`, or SVG text drawn by ECharts).
 */
export const CLIENT = `"use strict";
(() => {
  const root = document.documentElement;
  const charts = JSON.parse(document.getElementById("data").textContent);
  const live = new Map();
  const hidden = new Map();
  const darkSystem = matchMedia("(prefers-color-scheme: dark)");
  root.classList.add("scripted");

  const percentile = (x) => Number((100 - 100 / x).toPrecision(6)) + " %";
  const colorOf = (name) => getComputedStyle(root).getPropertyValue("--" + name).trim();

  const resolve = (value) => {
    if (value === "@percentile") return (x) => percentile(typeof x === "object" ? x.value : x);
    if (typeof value === "string" && /^@(ink|paper|accent|faint)$/.test(value)) return colorOf(value.slice(1));
    if (Array.isArray(value)) return value.map(resolve);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, key === "tip" || key === "name" ? inner : resolve(inner)]));
  };

  const axisTheme = () => ({
    axisLine: { lineStyle: { color: colorOf("faint") } },
    axisLabel: { color: colorOf("ink") },
    nameTextStyle: { color: colorOf("faint") },
    splitLine: { lineStyle: { color: colorOf("line") } },
    minorSplitLine: { lineStyle: { color: colorOf("line") } },
  });

  const theme = () => ({
    backgroundColor: "transparent",
    textStyle: { fontFamily: "system-ui, sans-serif", color: colorOf("ink") },
    tooltip: { backgroundColor: colorOf("raised"), borderColor: colorOf("line"), textStyle: { color: colorOf("ink") } },
    valueAxis: axisTheme(),
    logAxis: axisTheme(),
    categoryAxis: { ...axisTheme(), splitLine: { show: false } },
  });

  const tip = (params) => {
    const items = Array.isArray(params) ? params : [params];
    const box = document.createElement("div");
    const add = (text) => Object.assign(box.appendChild(document.createElement("div")), { textContent: text });
    if (Array.isArray(params) && params.length > 0) add("up to " + percentile(params[0].axisValue));
    for (const item of items) if (item.data && item.data.tip) add(item.data.tip);
    return box;
  };

  const draw = (id) => {
    const place = document.getElementById(id);
    const { views, view } = charts[id];
    live.get(id)?.dispose();
    place.style.height = place.dataset.height + "px";
    const chart = echarts.init(place, theme(), { renderer: "svg" });
    live.set(id, chart);
    const option = resolve(views[view].option);
    const base = option.baseOption ?? option;
    base.animation = false;
    base.legend = { show: false, selected: Object.fromEntries([...(hidden.get(id) ?? [])].map((name) => [name, false])) };
    base.tooltip = { ...base.tooltip, formatter: tip, confine: true };
    chart.setOption(option);
    place.setAttribute("aria-label", views[view].about);
  };
  const drawAll = () => Object.keys(charts).forEach(draw);

  for (const group of document.querySelectorAll(".switch")) {
    group.addEventListener("change", (event) => {
      charts[group.dataset.chart].view = Number(event.target.value);
      draw(group.dataset.chart);
    });
  }

  for (const group of document.querySelectorAll("fieldset.legend")) {
    group.addEventListener("change", () => {
      const off = [...group.querySelectorAll("input:not(:checked)")].map((input) => input.value);
      hidden.set(group.dataset.chart, new Set(off));
      draw(group.dataset.chart);
    });
  }

  const toggle = document.querySelector(".theme");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : darkSystem.matches);
  const showTheme = () => {
    toggle.textContent = isDark() ? "Light" : "Dark";
    toggle.setAttribute("aria-label", isDark() ? "Switch to the light theme" : "Switch to the dark theme");
    drawAll();
  };
  toggle.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    showTheme();
  });
  darkSystem.addEventListener("change", showTheme);
  // charts are drawn before the page takes the print style on
  let chosen;
  addEventListener("beforeprint", () => {
    chosen = root.dataset.theme;
    root.dataset.theme = "light";
    drawAll();
  });
  addEventListener("afterprint", () => {
    if (chosen === undefined) delete root.dataset.theme;
    else root.dataset.theme = chosen;
    drawAll();
  });
  new ResizeObserver(() => live.forEach((chart) => chart.resize())).observe(document.querySelector("main"));

  const sortKey = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.value === undefined ? cell.textContent : Number(cell.dataset.value);
  };
  const compare = (a, b) => {
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
    return a.localeCompare(b, "en", { numeric: true });
  };
  document.addEventListener("click", (event) => {
    const head = event.target.closest?.(".sort")?.closest("th");
    if (!head) return;
    const ascending = head.getAttribute("aria-sort") !== "ascending";
    for (const other of head.parentNode.children) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    const body = head.closest("table").tBodies[0];
    const rows = [...body.rows].map((row) => ({ row, key: sortKey(row, head.cellIndex) }));
    rows.sort((a, b) => compare(a.key, b.key) * (ascending ? 1 : -1));
    body.append(...rows.map(({ row }) => row));
  });

  showTheme();
})();
`;
