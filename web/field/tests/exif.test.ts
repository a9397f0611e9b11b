import { expect, test } from "vitest";
import { carryExif } from "../sense/exif";

/** SOI, an APP0 that is passed over, APP1 with a little-endian directory of one entry (orientation 6), then the scan. */
const EXIF = [
  0xff, 0xe1, 0, 34, ...new TextEncoder().encode("Exif"), 0, 0,
  0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0,
];
const original = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, ...EXIF, 0xff, 0xda, 9, 9]);
const reduced = Uint8Array.from([0xff, 0xd8, 0xff, 0xdb, 0, 3, 7, 0xff, 0xda, 5]);

test("the camera's words go into the reduced picture, turned upright", () => {
  const upright = EXIF.map((byte, place) => (place === 28 ? 1 : byte));
  expect([...carryExif(original, reduced)]).toEqual([0xff, 0xd8, ...upright, ...reduced.slice(2)]);
  expect(EXIF[28]).toBe(6);
});

test.each([
  ["no EXIF", Uint8Array.from([0xff, 0xd8, 0xff, 0xda, 1])],
  ["no JPEG", Uint8Array.from([1, 2, 3, 4])],
  ["a length beyond the end", Uint8Array.from([0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, ...EXIF.slice(4)])],
  ["nothing", new Uint8Array()],
])("%s: the reduced picture stays as it is", (_name, broken) => {
  expect([...carryExif(broken, reduced)]).toEqual([...reduced]);
});
