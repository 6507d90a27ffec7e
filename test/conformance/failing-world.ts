/**
 * A property of random worlds. The world that fails it is shrunk to the smallest that still does and written as a folder of
 * manifests, so that `ipvlane check`, `plan`, `reach` and `explain` can be asked about it.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { PolicyWorld } from '../../dataplane/policy/network-policy.ts';
import { manifestsOf } from '../dataplane/world-manifests.ts';
import { world } from './arbitrary-world.ts';
import { propertyRuns } from './property-runs.ts';

/** The smallest world found for which the property does not hold. */
export class FailingWorld extends Error {
  /** Of manifests; stays behind. */
  readonly folder: string;
  readonly world: PolicyWorld;

  constructor(folder: string, world: PolicyWorld, seed: number, cause: unknown) {
    const said = cause instanceof Error ? cause.message : String(cause);
    super(`${said}\n  replay: ipvlane reach ${folder}\n  seed:   PROPERTY_SEED=${seed}`, { cause });
    this.folder = folder;
    this.world = world;
  }
}

/** `holds` throws what is wrong with a world; throws FailingWorld when any of the drawn worlds is wrong: `worlds` of them at an effort of 1. */
export function assertOfWorlds(worlds: number, holds: (drawn: PolicyWorld) => void): void {
  const { failed, counterexample, errorInstance, seed } = fc.check(fc.property(world, holds), propertyRuns(worlds));
  if (!failed) return;
  const smallest = counterexample?.[0];
  if (smallest === undefined) throw errorInstance;
  throw new FailingWorld(writeFolder(smallest), smallest, seed, errorInstance);
}

function writeFolder(smallest: PolicyWorld): string {
  const folder = mkdtempSync(join(tmpdir(), 'ipvlane-failing-world-'));
  for (const [name, text] of Object.entries(manifestsOf(smallest))) writeFileSync(join(folder, name), text);
  return folder;
}
