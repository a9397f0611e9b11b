import "./look";
import { createApp } from "vue";
import App from "./App.vue";
import { store } from "./keep/db";
import { holdRoom } from "./keep/room";
import { router } from "./routes";
import { resume } from "./session";
import { keepSending } from "./sync/loop";

await resume();
createApp(App).use(router).mount("#app");
keepSending();
void holdRoom(store);
if ("serviceWorker" in navigator) void navigator.serviceWorker.register("/field/sw.js", { scope: "/field/" });
