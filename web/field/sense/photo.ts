/* A photo is reduced to 1600 px before it is kept; what the camera wrote about it is carried over, and the original's digest kept. */
import { digestOf } from "../keep/digest";
import { carryExif } from "./exif";

const LONGEST_SIDE = 1600;
const QUALITY = 0.82;

export interface Shot {
  kind: "photo" | "voice";
  sha256: string;
  blob: Blob;
  captured: number;
  original: string;
}

/** Rejects when the file is no picture that this phone can open. */
export async function reduce(file: File): Promise<Shot> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = new OffscreenCanvas(Math.round(picture.width * scale), Math.round(picture.height * scale));
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const reduced = await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  const parts = carryExif(new Uint8Array(await file.arrayBuffer()), new Uint8Array(await reduced.arrayBuffer()));
  const blob = new Blob([parts], { type: "image/jpeg" });
  return { kind: "photo", sha256: await digestOf(blob), blob, captured: file.lastModified, original: await digestOf(file) };
}
