/**
 * Names as the API server and the controllers make them up: `test-7d9f8b6c5-x2x4q`. Where Kubernetes draws at random
 * these are hashes, so the same manifests always give the same names.
 *
 * Source: k8s.io/apimachinery pkg/util/rand (the alphabet without vowels and look-alikes, `SafeEncodeString`),
 * k8s.io/apiserver pkg/storage/names (five letters, base cut to 58), kubernetes pkg/controller (pod-template-hash).
 */

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const MAX_BASE = 58;
const SUFFIX = 5;

/** FNV-1a, 32 bits, over the UTF-8 bytes of a text. */
export function fnv32a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** As `rand.SafeEncodeString`: every character replaced by one of the safe alphabet. */
function safeEncode(text: string): string {
  return Array.from(text, (character) => ALPHABET[(character.codePointAt(0) ?? 0) % ALPHABET.length]).join('');
}

/** The pod-template-hash of a template: its FNV hash as decimal digits, encoded. */
export function templateHash(template: unknown): string {
  return safeEncode(String(fnv32a(JSON.stringify(template))));
}

/**
 * `base-` and five letters, distinct from every name in `taken`, to which it is added. `seed` decides the letters.
 */
export function generatedName(base: string, seed: string, taken: Set<string>): string {
  const prefix = `${base}-`.slice(0, MAX_BASE);
  for (let attempt = 0; ; attempt++) {
    const name = prefix + letters(fnv32a(`${seed}#${attempt}`));
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}

function letters(hash: number): string {
  let rest = hash;
  return Array.from({ length: SUFFIX }, () => {
    const letter = ALPHABET[rest % ALPHABET.length];
    rest = Math.floor(rest / ALPHABET.length);
    return letter;
  }).join('');
}
