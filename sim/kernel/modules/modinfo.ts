/** What a kernel module says of itself in its `.modinfo` section: `key=value` strings, each ended by a zero. */

export interface Modinfo {
  /** Names of the modules whose symbols it uses. */
  readonly depends: readonly string[];
  /** What should go in before, by name or alias, as it says itself: `softdep=pre: crc32c`. */
  readonly before: readonly string[];
  /** Release and build that it was made for: `6.1.0-50-cloud-amd64 SMP preempt mod_unload modversions`. */
  readonly vermagic: string;
}

/**
 * @param module the bytes of an uncompressed `.ko`, a 64-bit little-endian ELF
 * @throws Error when it is none
 */
export function readModinfo(module: Buffer): Modinfo {
  const strings = modinfoSection(module).toString('latin1').split('\0');
  const values = (key: string): string[] =>
    strings.filter((text) => text.startsWith(`${key}=`)).map((text) => text.slice(key.length + 1));
  return {
    depends: values('depends').flatMap((names) => names.split(',').filter(Boolean)),
    before: values('softdep').flatMap(
      (text) => /pre:([^:]*)(?:\spost:|$)/.exec(text)?.[1]?.split(/\s+/).filter(Boolean) ?? [],
    ),
    vermagic: values('vermagic')[0] ?? '',
  };
}

/** ELF-64 section headers: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.sheader.html */
function modinfoSection(module: Buffer): Buffer {
  if (module.length < 64 || module.readUInt32BE(0) !== 0x7f454c46) throw new Error('it is no ELF file');
  const offset = Number(module.readBigUInt64LE(40));
  const size = module.readUInt16LE(58);
  const count = module.readUInt16LE(60);
  const section = (index: number) => {
    const at = offset + index * size;
    const start = Number(module.readBigUInt64LE(at + 24));
    return { name: module.readUInt32LE(at), start, end: start + Number(module.readBigUInt64LE(at + 32)) };
  };
  if (offset + count * size > module.length) throw new Error('its section headers are cut off');
  const names = section(module.readUInt16LE(62));
  for (let index = 0; index < count; index++) {
    const { name, start, end } = section(index);
    const begin = names.start + name;
    if (module.toString('latin1', begin, begin + 9) === '.modinfo\0') return module.subarray(start, end);
  }
  throw new Error('it has no .modinfo section');
}
