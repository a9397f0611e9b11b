/* The part of ECharts that the console uses, in its colours. A chunk of its own. */

import { BarChart, FunnelChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";

use([BarChart, FunnelChart, LineChart, AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, SVGRenderer]);

interface Look {
  colours: string[];
  ink: string;
  line: string;
}

export function start(place: HTMLElement, option: object, look: Look): void {
  const chart = init(place, null, { renderer: "svg" });
  chart.setOption({
    color: look.colours,
    textStyle: { color: look.ink, fontFamily: "inherit" },
    animation: false,
    aria: { enabled: true },
    grid: { left: 8, right: 8, top: 36, bottom: 4, containLabel: true },
    tooltip: { trigger: "axis", confine: true },
    legend: { top: 0, left: 0, itemHeight: 8, itemWidth: 14, textStyle: { color: look.ink } },
    ...option,
  });
  new ResizeObserver(() => {
    chart.resize();
  }).observe(place);
}
