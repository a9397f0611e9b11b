/* A small map without tiles: the places that are known, pan and zoom, and a position set by click or keys.
   With `data-here` ("longitude latitude") instead of fields it shows that position and sets nothing. */

interface Place {
  x: number;
  y: number;
  kind: "village" | "station" | "post";
  name: string;
  code?: string;
}
interface View {
  west: number;
  north: number;
  width: number;
}

const SVG = "http://www.w3.org/2000/svg";
const METRES = 111_195; // of a degree of latitude
const SMALLEST = 0.004; // degrees of longitude that the view is wide at least, some 400 m
const MOST_NAMES = 40;
const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1],
};

export function watchPlaces(): void {
  for (const box of document.querySelectorAll<HTMLElement>("[data-place-map]")) {
    const form = box.closest("form");
    const longitude = form?.querySelector<HTMLInputElement>("[data-longitude]");
    const latitude = form?.querySelector<HTMLInputElement>("[data-latitude]");
    const source = document.getElementById(box.dataset.placeMap ?? "");
    const fixed = box.dataset.here?.split(" ").map(Number);
    if (!source || !(fixed ?? (longitude && latitude))) continue;
    const places = JSON.parse(source.textContent) as Place[];
    const fields = !fixed && longitude && latitude ? [longitude, latitude] as const : null;
    if (places.length > 0) new PlaceMap(box, fields, fixed ? [fixed[0] ?? 0, fixed[1] ?? 0] : null, places);
  }
}

class PlaceMap {
  private readonly svg: SVGSVGElement;
  private readonly whole: View;
  private readonly squeeze: number;
  private view: View;
  private readonly fingers = new Map<number, PointerEvent>();
  private moved = 0;

  constructor(
    private readonly box: HTMLElement,
    private readonly fields: readonly [HTMLInputElement, HTMLInputElement] | null,
    private readonly fixed: [number, number] | null,
    private readonly places: readonly Place[],
  ) {
    const svg = box.querySelector("svg");
    if (!svg) throw new Error("the map has no picture");
    this.svg = svg;
    box.hidden = false;
    this.squeeze = Math.cos((middle(places.map((place) => place.y)) * Math.PI) / 180);
    this.whole = this.around(places);
    this.view = this.whole;
    const here = this.chosen();
    if (here) this.show(here[0], here[1], this.whole.width / 4);
    this.listen();
    this.draw();
  }

  /** The view that holds all places, with a margin. */
  private around(places: readonly Place[]): View {
    const xs = places.map((place) => place.x);
    const ys = places.map((place) => place.y);
    const [west, east] = [Math.min(...xs), Math.max(...xs)];
    const [south, north] = [Math.min(...ys), Math.max(...ys)];
    const width = Math.max(SMALLEST * 4, east - west, ((north - south) / this.squeeze) * this.ratio()) * 1.15;
    return this.centred((west + east) / 2, (south + north) / 2, width);
  }

  private ratio(): number {
    return this.svg.clientWidth && this.svg.clientHeight ? this.svg.clientWidth / this.svg.clientHeight : 1.5;
  }

  private height(view = this.view): number {
    return (view.width * this.squeeze) / this.ratio();
  }

  private centred(x: number, y: number, width: number): View {
    const view = { west: x - width / 2, north: 0, width };
    return { ...view, north: y + this.height(view) / 2 };
  }

  private show(x: number, y: number, width: number): void {
    this.view = this.centred(x, y, Math.min(Math.max(width, SMALLEST), Math.max(this.whole.width * 2, SMALLEST)));
  }

  /** The position that stands in the fields, when it is one. */
  private chosen(): [number, number] | null {
    if (!this.fields) return this.fixed;
    const [longitude, latitude] = this.fields.map((field) => field.value.trim());
    const [x, y] = [Number(longitude), Number(latitude)];
    return longitude && latitude && x >= 73 && x <= 136 && y >= 3 && y <= 54 ? [x, y] : null;
  }

  private choose(x: number, y: number): void {
    if (!this.fields) return;
    this.fields[0].value = x.toFixed(6);
    this.fields[1].value = y.toFixed(6);
    for (const field of this.fields) field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  private listen(): void {
    for (const field of this.fields ?? []) {
      field.addEventListener("input", () => {
        const here = this.chosen();
        if (here && !this.holds(here[0], here[1])) this.show(here[0], here[1], this.view.width);
        this.draw();
      });
    }
    this.svg.addEventListener("keydown", (event) => {
      this.key(event);
    });
    this.svg.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && document.activeElement !== this.svg) return; // the page scrolls
      event.preventDefault();
      this.zoom(event.deltaY > 0 ? 1.25 : 0.8, ...this.at(event));
    }, { passive: false });
    this.svg.addEventListener("pointerdown", (event) => {
      this.svg.setPointerCapture(event.pointerId);
      if (this.fingers.size === 0) this.moved = 0;
      this.fingers.set(event.pointerId, event);
    });
    this.svg.addEventListener("pointermove", (event) => {
      this.drag(event);
    });
    this.svg.addEventListener("pointerup", (event) => {
      if (this.fingers.delete(event.pointerId) && this.fingers.size === 0 && this.moved < 6) this.choose(...this.at(event));
    });
    this.svg.addEventListener("pointercancel", (event) => {
      this.fingers.delete(event.pointerId);
    });
    for (const button of this.box.querySelectorAll<HTMLButtonElement>("button[data-map-do]")) {
      button.addEventListener("click", () => {
        this.button(button.dataset.mapDo ?? "");
      });
    }
    const village = this.box.closest("form")?.querySelector<HTMLSelectElement>("select[name=region_code]");
    village?.addEventListener("change", () => {
      this.lookAt(village.value);
    });
    if (village && !this.chosen()) this.lookAt(village.value);
    new ResizeObserver(() => {
      this.draw();
    }).observe(this.svg);
  }

  private lookAt(code: string): void {
    const place = this.places.find((one) => one.code === code);
    if (!place || this.chosen()) return;
    this.show(place.x, place.y, Math.min(this.view.width, 0.08));
    this.draw();
  }

  private button(deed: string): void {
    const here = this.chosen();
    if (deed === "whole") this.view = this.whole;
    else if (deed === "here" && here) this.show(here[0], here[1], Math.min(this.view.width, 0.03));
    else if (deed === "in" || deed === "out") this.zoom(deed === "in" ? 0.5 : 2);
    this.draw();
  }

  private key(event: KeyboardEvent): void {
    const step = STEPS[event.key];
    if (step && !this.fields) {
      const far = this.view.width / 10;
      const [x, y] = this.centre();
      this.show(x + step[0] * far, y + step[1] * far * this.squeeze, this.view.width);
      this.draw();
    } else if (step) {
      const far = this.view.width / (event.shiftKey ? 10 : 100);
      const [x, y] = this.chosen() ?? this.centre();
      this.choose(x + step[0] * far, y + step[1] * far * this.squeeze);
    } else if (event.key === "Enter" || event.key === " ") {
      if (!this.chosen()) this.choose(...this.centre());
    } else if (event.key === "+" || event.key === "=") this.zoom(0.5, ...(this.chosen() ?? this.centre()));
    else if (event.key === "-") this.zoom(2);
    else if (event.key === "0") this.button("whole");
    else return;
    event.preventDefault();
  }

  private centre(): [number, number] {
    return [this.view.west + this.view.width / 2, this.view.north - this.height() / 2];
  }

  private holds(x: number, y: number): boolean {
    const { west, north, width } = this.view;
    return x > west && x < west + width && y < north && y > north - this.height();
  }

  /** Degrees under the pointer. */
  private at(event: PointerEvent | WheelEvent): [number, number] {
    const frame = this.svg.getBoundingClientRect();
    const right = (event.clientX - frame.left) / frame.width;
    const down = (event.clientY - frame.top) / frame.height;
    return [this.view.west + right * this.view.width, this.view.north - down * this.height()];
  }

  /** Nearer or farther; the given point keeps its place on the screen. */
  private zoom(factor: number, x = this.centre()[0], y = this.centre()[1]): void {
    const [middleX, middleY] = this.centre();
    const width = Math.min(Math.max(this.view.width * factor, SMALLEST), Math.max(this.whole.width * 2, SMALLEST));
    const done = width / this.view.width;
    this.show(x + (middleX - x) * done, y + (middleY - y) * done, width);
    this.draw();
  }

  /** One finger moves the map, two zoom it. */
  private drag(event: PointerEvent): void {
    const before = this.fingers.get(event.pointerId);
    if (!before) return;
    const frame = this.svg.getBoundingClientRect();
    const [right, down] = [event.clientX - before.clientX, event.clientY - before.clientY];
    this.moved += Math.abs(right) + Math.abs(down);
    const other = [...this.fingers.entries()].find(([finger]) => finger !== event.pointerId)?.[1];
    if (other) {
      const apart = (one: PointerEvent): number => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
      this.zoom(Math.max(1, apart(before)) / Math.max(1, apart(event)), ...this.at(other));
    } else if (this.moved >= 6) {
      const { west, north, width } = this.view;
      this.view = { west: west - (right / frame.width) * width, north: north + (down / frame.height) * this.height(), width };
      this.draw();
    }
    this.fingers.set(event.pointerId, event);
  }

  private draw(): void {
    const [wide, high] = [this.svg.clientWidth, this.svg.clientHeight];
    if (!wide || !high) return;
    this.svg.setAttribute("viewBox", `0 0 ${String(wide)} ${String(high)}`);
    const toX = (x: number): number => ((x - this.view.west) / this.view.width) * wide;
    const toY = (y: number): number => ((this.view.north - y) / this.height()) * high;
    const parts: SVGElement[] = [];
    const seen = this.places.filter((place) => this.holds(place.x, place.y));
    for (const place of seen) parts.push(sign(place, toX(place.x), toY(place.y)));
    const named = seen.filter((place) => place.name);
    if (named.length <= MOST_NAMES) {
      for (const place of named) parts.push(nameOf(place.name, toX(place.x), toY(place.y), wide));
    }
    parts.push(...this.scale(wide, high));
    const here = this.chosen();
    if (here) parts.push(shape("circle", { cx: toX(here[0]), cy: toY(here[1]), r: 10, class: "map-here" }),
      shape("circle", { cx: toX(here[0]), cy: toY(here[1]), r: 2.5, class: "map-here-dot" }));
    this.svg.replaceChildren(...parts);
    const told = this.box.querySelector("[data-map-says]");
    if (told) told.textContent = here ? `${here[0].toFixed(6)}°, ${here[1].toFixed(6)}°` : "—";
  }

  /** A bar of a round length. */
  private scale(wide: number, high: number): SVGElement[] {
    const metres = (this.view.width * this.squeeze * METRES) / wide; // of one pixel
    const power = 10 ** Math.floor(Math.log10(metres * 110));
    const length = [5, 2, 1].map((one) => one * power).find((one) => one / metres <= 110) ?? power;
    const words = length >= 1000 ? `${String(length / 1000)} km` : `${String(length)} m`;
    const bar = shape("path", { d: `M12 ${String(high - 18)}v6h${String(length / metres)}v-6`, class: "map-scale" });
    return [bar, label(words, 16, high - 20, "map-name")];
  }
}

function middle(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function shape(name: string, attributes: Readonly<Record<string, number | string>>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

/** A name right of its sign, or left of it where it would be cut off. */
function nameOf(name: string, x: number, y: number, wide: number): SVGElement {
  const fits = x + 7 + name.length * 12 <= wide;
  const made = label(name, fits ? x + 7 : x - 7, y + 4, "map-name");
  if (!fits) made.setAttribute("text-anchor", "end");
  return made;
}

function label(text: string, x: number, y: number, kind: string): SVGElement {
  const made = shape("text", { x, y, class: kind });
  made.textContent = text;
  return made;
}

/** A village is a ring, a station a square, a post a dot. */
function sign(place: Place, x: number, y: number): SVGElement {
  if (place.kind === "station") return shape("rect", { x: x - 4, y: y - 4, width: 8, height: 8, class: "map-station" });
  const r = place.kind === "village" ? 5 : 3.5;
  return shape("circle", { cx: x, cy: y, r, class: `map-${place.kind}` });
}
