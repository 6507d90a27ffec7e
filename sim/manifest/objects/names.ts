/**
 * Names and labels as the API server allows them.
 * Source: k8s.io/apimachinery/pkg/util/validation. Each function returns what is wrong, or null.
 */

import { unprintable } from '../../diagnostics/printable.ts';

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const PORT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;

/** RFC 1123 label: the names of namespaces and containers. */
export function dnsLabelProblem(name: string): string | null {
  if (name.length > 63) return 'must have at most 63 characters';
  if (LABEL.test(name)) return null;
  return 'must consist of lower case letters, digits and `-`, and start and end with a letter or digit';
}

/** RFC 1123 subdomain: the names of most objects. */
export function dnsSubdomainProblem(name: string): string | null {
  if (name.length > 253) return 'must have at most 253 characters';
  if (SUBDOMAIN.test(name)) return null;
  return 'must consist of lower case letters, digits, `-` and `.`, and start and end with a letter or digit';
}

/** Key of a label or annotation: `[prefix/]name`. */
export function qualifiedNameProblem(key: string): string | null {
  const problem = plainNameProblem(key);
  return problem === null ? null : `${problem}${invisibleIn(key)}`;
}

/** A space of typesetting looks as any other, and a mark of no width like nothing. */
function invisibleIn(text: string): string {
  const found = INVISIBLE.exec(text)?.[0];
  if (found === undefined) return '';
  const code = found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return `; there is an invisible U+${code} in it, which is no space of YAML`;
}

const INVISIBLE = /[\u00a0\u1680\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff]/;

function plainNameProblem(key: string): string | null {
  const slash = key.indexOf('/');
  if (slash !== key.lastIndexOf('/')) return 'must be `name` or `prefix/name`';
  const name = key.slice(slash + 1);
  const prefix = slash === -1 ? null : key.slice(0, slash);
  if (prefix !== null) {
    const problem = prefix === '' ? 'must not be empty' : dnsSubdomainProblem(prefix);
    if (problem !== null) return `the prefix \`${prefix}\` ${problem}`;
  }
  if (name === '') return 'must not be empty';
  if (name.length > 63) return 'the name must have at most 63 characters';
  if (QUALIFIED.test(name)) return null;
  return 'must consist of letters, digits, `-`, `_` and `.`, and start and end with a letter or digit';
}

export function labelValueProblem(value: string): string | null {
  if (value.length > 63) return 'must have at most 63 characters';
  if (value === '' || QUALIFIED.test(value)) return null;
  return `${LABEL_VALUE_RULE}${invisibleIn(value)}`;
}

const LABEL_VALUE_RULE =
  'must be empty or consist of letters, digits, `-`, `_` and `.`, and start and end with a letter or digit';

/** IANA service name: the names of container ports. */
export function portNameProblem(name: string): string | null {
  if (name.length === 0 || name.length > 15) return 'must have 1 to 15 characters';
  if (!PORT_NAME.test(name)) {
    return 'must consist of lower case letters, digits and `-`, and start and end with a letter or digit';
  }
  if (!/[a-z]/.test(name)) return 'must have at least one letter';
  return name.includes('--') ? 'must not have two `-` in a row' : null;
}

/**
 * Linux: at most 15 bytes, no slash, no colon, no white space, neither `.` nor `..`. Source: dev_valid_name(). It takes control
 * characters, which we do not: no face could show them.
 */
export function interfaceNameProblem(name: string): string | null {
  if (name === '' || name === '.' || name === '..') return 'is not the name of a network interface';
  if (new TextEncoder().encode(name).length > 15) return 'must have at most 15 bytes';
  if (/[/:\s]/.test(name)) return 'must not have a slash, a colon or white space';
  return unprintable(name);
}

/**
 * A sysctl's name with dots between its parts: `net/ipv4/conf/eth0.100/mtu` is `net.ipv4.conf.eth0/100.mtu`, as sysctl.d(5) has
 * it. The first separator tells which of the two was written.
 */
export function dottedSysctl(name: string): string {
  const first = /[./]/.exec(name)?.[0];
  return first === '/' ? name.replace(/[./]/g, (one) => (one === '/' ? '.' : '/')) : name;
}
