/* The console's one script. Pages work without it as far as HTML goes; it adds partial refresh, keys and charts. */

import "@tabler/core/dist/css/tabler.min.css";
import "./console.css";
import "./cards.css";
import "./duty.css";
import "./ground.css";
import "./meetings.css";
import "./months.css";

import htmx from "htmx.org";

import { drawCharts } from "./charts";
import { watchChecks } from "./forms";
import { watchGrids } from "./grid";
import { drawGround } from "./ground";
import { watchKeys } from "./keys";
import { watchLists } from "./lists";
import { watchMenus } from "./menus";
import { watchPaper } from "./paper";
import { watchPlaces } from "./place";
import { showWaiting } from "./waiting";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;

document.documentElement.classList.add("scripted");
watchMenus();
watchKeys();
watchLists();
watchChecks();
watchPaper();
watchPlaces();
watchGrids();
void showWaiting();
htmx.onLoad((root) => {
  if (!(root instanceof HTMLElement)) return;
  void drawCharts(root);
  void drawGround(root);
});
