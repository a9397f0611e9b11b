/* Where the phone is. One fix for a clock-in: the best of the first seconds, or a word why there is none. */

export interface Place {
  lat: number;
  lon: number;
  acc: number;
  alt?: number;
  speed?: number;
  datum: "wgs84";
}

export interface Fix {
  place: Place | null;
  /** When the position was taken, milliseconds. */
  at: number | null;
  why: "" | "denied" | "unavailable" | "timeout" | "withdrawn";
}

const GOOD_ENOUGH_METRES = 30;

export function asPlace({ coords }: GeolocationPosition): Place {
  const round = (value: number, digits: number): number => Number(value.toFixed(digits));
  return {
    lat: round(coords.latitude, 6),
    lon: round(coords.longitude, 6),
    acc: round(coords.accuracy, 1),
    ...(coords.altitude === null ? {} : { alt: round(coords.altitude, 1) }),
    ...(coords.speed === null ? {} : { speed: round(coords.speed, 1) }),
    datum: "wgs84",
  };
}

/** Listen for up to `patience` milliseconds; `seen` hears of each better fix on the way. */
export function findPlace(seen: (fix: Fix) => void = () => undefined, patience = 15_000): Promise<Fix> {
  return new Promise((resolve) => {
    let best: Fix = { place: null, at: null, why: "timeout" };
    const done = (): void => {
      clearTimeout(timer);
      navigator.geolocation.clearWatch(watch);
      resolve(best);
    };
    const timer = setTimeout(done, patience);
    const watch = navigator.geolocation.watchPosition(
      (position) => {
        if (!best.place || position.coords.accuracy < best.place.acc) {
          best = { place: asPlace(position), at: Math.round(position.timestamp), why: "" };
          seen(best);
        }
        if (position.coords.accuracy <= GOOD_ENOUGH_METRES) done();
      },
      (error) => {
        if (error.code === error.PERMISSION_DENIED) {
          best = { place: null, at: null, why: "denied" };
          done();
        } else if (!best.place) best.why = "unavailable";
      },
      { enableHighAccuracy: true, maximumAge: 0, timeout: patience },
    );
  });
}
