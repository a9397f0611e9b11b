/* Charts: <div data-chart="ID"> beside {{ option|json_script:"ID" }}. ECharts is loaded when a page has one. */

function tokens(): { colours: string[]; ink: string; line: string } {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string): string => style.getPropertyValue(name).trim();
  return {
    colours: [1, 2, 3, 4, 5].map((number) => value(`--yg-series-${String(number)}`)),
    ink: value("--yg-ink-soft"),
    line: value("--yg-line"),
  };
}

export async function drawCharts(root: HTMLElement): Promise<void> {
  const places = [...root.querySelectorAll<HTMLElement>("[data-chart]:not([data-drawn])")];
  if (places.length === 0) return;
  const { start } = await import("./echarts");
  for (const place of places) {
    const source = document.getElementById(place.dataset.chart ?? "");
    if (!source?.textContent) continue;
    place.dataset.drawn = "";
    start(place, JSON.parse(source.textContent) as object, tokens());
  }
}
