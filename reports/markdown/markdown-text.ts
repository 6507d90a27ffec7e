/** Text that Markdown takes as text: https://spec.commonmark.org/0.31.2/#backslash-escapes. */
export function markdownText(value: string): string {
  return value
    .replace(/\s+/g, ' ')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_{}[\]|~#!@]/g, '\\$&');
}
