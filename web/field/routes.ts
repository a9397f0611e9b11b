import { createRouter, createWebHashHistory } from "vue-router";
import CheckIn from "./pages/CheckIn.vue";
import SignIn from "./pages/SignIn.vue";
import Today from "./pages/Today.vue";
import Waiting from "./pages/Waiting.vue";
import { session } from "./session";

/** The address behind # is the app's own: the server knows one page, and so does the service worker. */
export const router = createRouter({
  history: createWebHashHistory("/field/"),
  routes: [
    { path: "/", redirect: "/today" },
    { path: "/sign-in", component: SignIn, meta: { open: true } },
    { path: "/today", component: Today },
    { path: "/check-in", component: CheckIn },
    { path: "/waiting", component: Waiting },
    { path: "/:rest(.*)", redirect: "/today" },
  ],
});

router.beforeEach((to) => (session.account || to.meta.open ? true : "/sign-in"));
