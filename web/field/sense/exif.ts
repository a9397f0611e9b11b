/* The camera's own words (EXIF) are lost when a picture is drawn again. They are cut out of the original and put into the reduced
   picture; only the orientation is set to upright, because the drawing has turned the picture already. */

const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0];
const ORIENTATION = 0x0112;

/** `reduced` with the EXIF segment of `original`; `reduced` itself when there is none or either is no JPEG. */
export function carryExif(original: Uint8Array, reduced: Uint8Array): Uint8Array<ArrayBuffer> {
  const segment = exifOf(original);
  if (!segment || reduced[0] !== 0xff || reduced[1] !== 0xd8) return new Uint8Array(reduced);
  setUpright(segment);
  const made = new Uint8Array(reduced.length + segment.length);
  made.set(reduced.subarray(0, 2));
  made.set(segment, 2);
  made.set(reduced.subarray(2), 2 + segment.length);
  return made;
}

/** A copy of the APP1 segment that holds EXIF, its marker and length included. */
function exifOf(jpeg: Uint8Array): Uint8Array | null {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  for (let at = 2; at + 4 <= jpeg.length && jpeg[at] === 0xff && jpeg[at + 1] !== 0xda; ) {
    const length = 2 + view.getUint16(at + 2);
    const isExif = jpeg[at + 1] === 0xe1 && EXIF.every((byte, place) => jpeg[at + 4 + place] === byte);
    if (isExif && at + length <= jpeg.length) return jpeg.slice(at, at + length);
    at += length;
  }
  return null;
}

/** TIFF begins after marker, length and "Exif": byte order, 42, offset of the first directory, then entries of twelve bytes. */
function setUpright(segment: Uint8Array): void {
  const tiff = new DataView(segment.buffer, segment.byteOffset + 10, segment.byteLength - 10);
  if (tiff.byteLength < 10) return;
  const little = tiff.getUint16(0) === 0x4949;
  const directory = tiff.getUint32(4, little);
  if (directory + 2 > tiff.byteLength) return;
  const count = tiff.getUint16(directory, little);
  for (let entry = directory + 2, n = 0; n < count && entry + 12 <= tiff.byteLength; entry += 12, n += 1) {
    if (tiff.getUint16(entry, little) === ORIENTATION) tiff.setUint16(entry + 8, 1, little);
  }
}
