/** `6.12.117+deb13-cloud-amd64` -> [6, 12]; null for what is no release. */
function seriesOf(release: string): readonly [number, number] | null {
  const parts = /^(\d+)\.(\d+)/.exec(release);
  return parts === null ? null : [Number(parts[1]), Number(parts[2])];
}

/** Whether a kernel's release comes before a series such as `5.18`. @throws RangeError for what is no release */
export function isOlder(release: string, series: string): boolean {
  const [a, b] = [seriesOf(release), seriesOf(series)];
  if (a === null || b === null) throw new RangeError(`${a === null ? release : series} is no kernel release`);
  return a[0] === b[0] ? a[1] < b[1] : a[0] < b[0];
}
