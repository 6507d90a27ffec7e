import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SystemCallError } from './errno.ts';
import { loadModules, readModuleTree } from './module.ts';

describe('a module folder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ipvlane-modules-'));
    writeFileSync(
      join(folder, 'modules.dep'),
      'kernel/net/sched/act_mirred.ko:\nkernel/drivers/net/ipvlan/ipvlan.ko: kernel/net/l3mdev/l3-mdev.ko kernel/net/core.ko\n/abs/sctp.ko.xz: kernel/lib/libcrc32c.ko\n',
    );
    writeFileSync(join(folder, 'modules.builtin'), 'kernel/net/ipv6/ipv6.ko\nkernel/net/8021q/8021q.ko\n');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('says what goes in before what, dependencies of dependencies first', () => {
    const { paths } = readModuleTree(folder);
    expect(paths.get('ipvlan')).toEqual([
      join(folder, 'kernel/net/core.ko'),
      join(folder, 'kernel/net/l3mdev/l3-mdev.ko'),
      join(folder, 'kernel/drivers/net/ipvlan/ipvlan.ko'),
    ]);
    expect(paths.get('sctp')).toEqual([join(folder, 'kernel/lib/libcrc32c.ko'), '/abs/sctp.ko.xz']);
    expect(paths.has('l3_mdev')).toBe(false);
  });

  it('is content with what is built in', () => {
    expect(() => loadModules(folder, ['ipv6', '8021q'])).not.toThrow();
  });

  it('names the module it has not', () => {
    expect(() => loadModules(folder, ['sch-cake-nowhere'])).toThrow(
      /module sch-cake-nowhere is neither in .* nor built in/,
    );
    expect(() => loadModules('/nonexistent', ['sch_nowhere'])).toThrow(/neither in \/nonexistent/);
  });

  it('passes on what the kernel says to a file that is no module', () => {
    const path = join(folder, 'junk.ko');
    writeFileSync(path, 'no ELF');
    writeFileSync(join(folder, 'modules.dep'), 'junk.ko:\n');
    let thrown: unknown;
    try {
      loadModules(folder, ['junk']);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(SystemCallError);
    expect((thrown as SystemCallError).message).toMatch(/cannot load kernel module .*junk\.ko: finit_module: .*; /);
  });
});
