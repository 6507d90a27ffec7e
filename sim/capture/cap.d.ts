/** The decoders of the package `cap`, which ships no types; `decode-packet.ts` says what it uses of them. */
declare module 'cap/lib/Decoders.js' {
  const decoders: Readonly<Record<string, unknown>>;
  export default decoders;
}
