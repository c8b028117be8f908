import { createFile, MP4BoxBuffer } from 'mp4box';

/**
 * Reads an MP4 as a player would: header, a picture track with its codec, and every sample inside the file.
 *
 * @throws Error that says what is missing.
 */
export function checkPlayableMp4(bytes: Buffer): void {
  const file = createFile(true);
  const problems: string[] = ['it has no header'];
  file.onReady = (info) => {
    problems.pop();
    const [video] = info.videoTracks;
    if (!video) problems.push('it has no picture track');
    else if (video.nb_samples === 0) problems.push('its picture track is empty');
    else if (!/^(avc1|avc3|hvc1|hev1|vp09|av01)/.test(video.codec))
      problems.push(`its codec is ${video.codec}`);
    if (info.duration <= 0) problems.push('it lasts no time');
  };
  file.onError = (_module, message) => problems.push(message);
  const copy = new Uint8Array(bytes);
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(copy.buffer, 0), true);
  file.flush();
  const samples =
    problems.length === 0 ? file.getTrackSamplesInfo(file.getInfo().videoTracks[0]?.id ?? 0) : [];
  const cut = samples.find((sample) => sample.offset + sample.size > bytes.length);
  if (cut) problems.push('it is cut off');
  if (problems.length > 0) throw new Error(`The video is not playable: ${problems.join(', ')}`);
}
