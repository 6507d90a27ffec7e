/**
 * Rows as `kubectl get` prints them: left-aligned columns, three spaces apart, no lines.
 * Widths count code points; names here are ASCII by Kubernetes' own rules.
 */
export function columns(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [header, ...rows];
  const widths = header.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0)));
  return all.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('   ')
      .trimEnd(),
  );
}
