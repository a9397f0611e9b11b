import { createRouter, createWebHashHistory } from "vue-router";
import CheckIn from "./pages/CheckIn.vue";
import Complain from "./pages/Complain.vue";
import Consequences from "./pages/Consequences.vue";
import Consents from "./pages/Consents.vue";
import Appeal from "./pages/Appeal.vue";
import Explain from "./pages/Explain.vue";
import Inspector from "./pages/Inspector.vue";
import InspectorSheet from "./pages/InspectorSheet.vue";
import Leave from "./pages/Leave.vue";
import LeaveAsk from "./pages/LeaveAsk.vue";
import Log from "./pages/Log.vue";
import Me from "./pages/Me.vue";
import Month from "./pages/Month.vue";
import Notices from "./pages/Notices.vue";
import Patrol from "./pages/Patrol.vue";
import PlaceMap from "./pages/PlaceMap.vue";
import Report from "./pages/Report.vue";
import ReportForm from "./pages/ReportForm.vue";
import SessionSignIn from "./pages/SessionSignIn.vue";
import SignIn from "./pages/SignIn.vue";
import TestSit from "./pages/TestSit.vue";
import Today from "./pages/Today.vue";
import Training from "./pages/Training.vue";
import Visit from "./pages/Visit.vue";
import Waiting from "./pages/Waiting.vue";
import { session } from "./session";

/** All pages come with the first load: a page that has to be fetched is missing when it is needed, in the valley.

    The address behind # is the app's own: the server knows one page, and so does the service worker. */
export const router = createRouter({
  history: createWebHashHistory("/field/"),
  scrollBehavior: () => ({ top: 0 }),
  routes: [
    { path: "/", redirect: "/today" },
    { path: "/sign-in", component: SignIn, meta: { open: true } },
    { path: "/inspector", component: Inspector, meta: { open: true } },
    { path: "/inspector/:who(\\d+)/:id(\\d+)", component: InspectorSheet, meta: { open: true } },
    { path: "/consequences", component: Consequences },
    { path: "/today", component: Today },
    { path: "/check-in", component: CheckIn },
    { path: "/patrol", component: Patrol },
    { path: "/report", component: Report },
    { path: "/report/:type(incident|result)", component: ReportForm },
    { path: "/log", component: Log },
    { path: "/leave", component: Leave },
    { path: "/leave/ask", component: LeaveAsk },
    { path: "/visit", component: Visit },
    { path: "/month", component: Month },
    { path: "/month/:month(\\d{4}-\\d{2})", component: Month },
    { path: "/month/:month(\\d{4}-\\d{2})/question/:id(\\d+)", component: Explain },
    { path: "/month/:month(\\d{4}-\\d{2})/appeal", component: Appeal },
    { path: "/training", component: Training },
    { path: "/training/session", component: SessionSignIn },
    { path: "/training/test/:id(\\d+)", component: TestSit },
    { path: "/map", component: PlaceMap },
    { path: "/notices", component: Notices },
    { path: "/complain", component: Complain },
    { path: "/consents", component: Consents },
    { path: "/waiting", component: Waiting },
    { path: "/me", component: Me },
    { path: "/:rest(.*)", redirect: "/today" },
  ],
});

router.beforeEach((to) => (session.account || to.meta.open ? true : "/sign-in"));
