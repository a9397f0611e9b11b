/* A voice note, for those who would rather speak than write. */
import { digestOf } from "../keep/digest";
import { type Shot } from "./photo";

const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

export interface Recording {
  stop(): Promise<Shot>;
}

export const canRecord = (): boolean => "MediaRecorder" in window && "mediaDevices" in navigator;

/** Rejects when the microphone is not allowed. */
export async function record(): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const type = TYPES.find((each) => MediaRecorder.isTypeSupported(each)) ?? "";
  const recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: 24_000 });
  const pieces: Blob[] = [];
  const captured = Date.now();
  recorder.ondataavailable = (event) => pieces.push(event.data);
  recorder.start(1000);
  const stop = (): Promise<Shot> =>
    new Promise((resolve) => {
      recorder.onstop = () => {
        for (const track of stream.getTracks()) track.stop();
        const blob = new Blob(pieces, { type: type.split(";")[0] ?? "" });
        void digestOf(blob).then((sha256) => { resolve({ kind: "voice", sha256, blob, captured, original: sha256 }); });
      };
      recorder.stop();
    });
  return { stop };
}
