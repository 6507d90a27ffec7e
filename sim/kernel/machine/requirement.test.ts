import { expect, it } from 'vitest';
import { DiagnosticError } from '../../diagnostics/diagnostic.ts';
import type { Requirement } from '../kernel.ts';
import { refuseUnmet } from './requirement.ts';

const there: Requirement = { name: 'mount', met: true, detail: '/usr/bin/mount', fix: null };
const gone = (name: string, fix: string | null): Requirement => ({ name, met: false, detail: 'not found', fix });

/** `CODE message | help` of what is thrown. */
function refused(...given: Parameters<typeof refuseUnmet>): string {
  try {
    refuseUnmet(...given);
    return '';
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    return error.diagnostics.map(({ code, message, help }) => `${code} ${message} | ${help ?? ''}`).join('\n');
  }
}

it('says all that is missing at once, and each remedy once', () => {
  const requirements = [there, gone('ping', 'install a'), gone('tc', 'install b'), gone('ip', 'install b')];
  const said = 'E513 cannot boot: ping: not found; tc: not found; ip: not found | install a; ';
  expect(refused({ requirements }, 'boot')).toBe(`${said}install b`);
  expect(refused({ requirements: [there] }, 'boot')).toBe('');
});

it('names another way, also where nothing mends it, and the code that whoever needs it has', () => {
  const requirements = [gone('ipvlan', null)];
  const other = { otherwise: 'use another', code: () => 'E522' as const };
  expect(refused({ requirements }, 'boot', other)).toBe('E522 cannot boot: ipvlan: not found | use another');
});
