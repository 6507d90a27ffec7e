import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { describe, expect, it } from 'vitest';
import { kinds } from '../objects/kinds.ts';

/** Every way to a field; what stands in a selector is Kubernetes' own. */
function pathsOf(schema: unknown, path: string): string[] {
  if (schema instanceof z.ZodOptional) return pathsOf(schema.unwrap(), path);
  if (schema instanceof z.ZodArray) return pathsOf(schema.element, path);
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([key, inner]) => {
    const way = `${path}.${key}`;
    return [way, ...(key.endsWith('Affinity') ? [] : pathsOf(inner, way))];
  });
}

/** `Type.field`, and the type below. */
const lines = readFileSync(new URL('../fields/published/spiderpool-1.2.2.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => line.split(' '));

function publishedBelow(type: string, path: string): string[] {
  return lines.flatMap(([field = '', below = '']) => {
    if (field.slice(0, field.indexOf('.')) !== type) return [];
    const way = `${path}.${field.slice(field.indexOf('.') + 1)}`;
    return [way, ...(below === '' || below === 'LabelSelector' ? [] : publishedBelow(below, way))];
  });
}

/** Of Spiderpool 0.9; a warning says so (W417). */
const older =
  /\.(enableRdma|ibKubernetesEnabled|hostRPFilter|detectGateway|detectIPConflict)$|(Pool|Subnet)\.spec\.vlan$/;

describe('every published field of the specs is known, and of no other only those of 0.9', () => {
  it.each(['SpiderMultusConfig', 'SpiderCoordinator', 'SpiderIPPool', 'SpiderSubnet', 'SpiderReservedIP'] as const)(
    '%s',
    (kind) => {
      const known = pathsOf(kinds[kind].schema.shape.spec, `${kind}.spec`).filter((path) => !older.test(path));
      expect(known.sort()).toEqual(publishedBelow(`${kind}Spec`, `${kind}.spec`).sort());
    },
  );
});
