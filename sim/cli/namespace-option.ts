/** `-n NAMESPACE`, where a name without one is. null: not said. */
export function namespaceOf({ namespace }: Readonly<Record<string, unknown>>): string | null {
  return typeof namespace === 'string' ? namespace : null;
}
