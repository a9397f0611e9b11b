/* Days and times as people read them, and as the server does. */
import { language } from ".";

const locale = (): string => (language.value === "zh" ? "zh-CN" : "en-GB");

export function dateTime(ms: number): string {
  return new Intl.DateTimeFormat(locale(), { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(ms);
}

export function dayName(iso: string): string {
  const format = new Intl.DateTimeFormat(locale(), { month: "long", day: "numeric", weekday: "short", timeZone: "UTC" });
  return format.format(new Date(`${iso}T00:00:00Z`));
}

export function monthName(month: string): string {
  const format = new Intl.DateTimeFormat(locale(), { year: "numeric", month: "long", timeZone: "UTC" });
  return format.format(new Date(`${month}-01T00:00:00Z`));
}

/** The local day of a moment, as the phone's calendar has it. */
export function isoDay(ms = Date.now()): string {
  const moment = new Date(ms);
  return [moment.getFullYear(), moment.getMonth() + 1, moment.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

export function addMonths(month: string, count: number): string {
  const moment = new Date(`${month}-01T00:00:00Z`);
  moment.setUTCMonth(moment.getUTCMonth() + count);
  return moment.toISOString().slice(0, 7);
}

export function daysBetween(first: string, last: string): number {
  return Math.round((Date.parse(last) - Date.parse(first)) / 86_400_000) + 1;
}
