// Derives src/protobuf/field-numbers.json, the protobuf side of Kubernetes' definitions, from a Go program that links k8s.io/api: kubectl is
// one. Go programs carry their types' names and field tags (`json:"replicas,omitempty" protobuf:"varint,1,opt,name=replicas"`) for
// reflection: field numbers, JSON names, and whether a field may be absent are read from there, and nothing else is.
//   node scripts/generate-protobuf.mjs PROGRAM
// The table was made from the npm package kubernetes-mcp-server-linux-amd64 0.0.66 (k8s.io/api v0.36.3), so:
//   cd "$(mktemp -d)"; npm pack kubernetes-mcp-server-linux-amd64@0.0.66; tar xzf *.tgz; node …/generate-protobuf.mjs package/bin/*
//
// The table is committed: there is no dependency to make it from on every machine. What the fields' types are, generated/schema.json
// knows. A definition is a line such as
//   name=1 terminationMessagePath=13? 2{hostPath=1 emptyDir=2}
//   ?    an empty value on the wire means that the field is absent (in Go: omitempty, and no pointer)
//   2{}  a message on the wire, whose fields stand in its parent in JSON
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const program = process.argv[2];
if (!program) throw new Error('usage: generate-protobuf.mjs GO_PROGRAM (an ELF binary for amd64 or arm64, such as kubectl)');
const file = readFileSync(program);

// Go's internal/abi: the kinds that matter here, and the sizes of the records on 64-bit machines.
const POINTER = 22;
const SLICE = 23;
const STRUCT = 25;
const MAP = 21;
const TYPE_BYTES = 48;
const STRUCT_BYTES = 80;
const FIELD_BYTES = 24;

const section = readOnlyData(file);

function readOnlyData(elf) {
  if (elf.readUInt32BE(0) !== 0x7f454c46 || elf[4] !== 2 || elf[5] !== 1)
    throw new Error(`${program} is no 64-bit little-endian ELF program`);
  const [offset, entry, count, names] = [Number(elf.readBigUInt64LE(40)), elf.readUInt16LE(58), elf.readUInt16LE(60), elf.readUInt16LE(62)];
  const at = (index) => {
    const header = offset + index * entry;
    const [address, start, size] = [16, 24, 32].map((field) => Number(elf.readBigUInt64LE(header + field)));
    return { name: elf.readUInt32LE(header), address, start, size };
  };
  const strings = at(names).start;
  for (let i = 0; i < count; i++) {
    const found = at(i);
    const name = elf.subarray(strings + found.name, elf.indexOf(0, strings + found.name)).toString();
    if (name === '.rodata') return { address: found.address, bytes: elf.subarray(found.start, found.start + found.size) };
  }
  throw new Error(`${program} has no .rodata`);
}

/** The offset in the section that a pointer at `offset` leads to, or -1. */
function pointer(offset) {
  if (offset < 0 || offset + 8 > section.bytes.length) return -1;
  const target = Number(section.bytes.readBigUInt64LE(offset)) - section.address;
  return target > 0 && target < section.bytes.length ? target : -1;
}

function text(offset) {
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = section.bytes[offset++];
    length |= (byte & 0x7f) << shift;
    if (byte < 0x80 || shift > 14) break;
  }
  return { value: section.bytes.toString('utf8', offset, offset + length), end: offset + length };
}

/** A name record: a byte of flags, the name, and its tag where it has one. */
function nameAt(offset) {
  const flags = section.bytes[offset];
  if (flags > 15) return undefined;
  const name = text(offset + 1);
  if (!/^[\w*.[\]{}/ -]{1,200}$/.test(name.value)) return undefined;
  return { name: name.value, tag: (flags & 2) !== 0 ? text(name.end).value : '' };
}

function fieldsAt(offset) {
  const start = pointer(offset + 56);
  const count = section.bytes.readUInt32LE(offset + 64);
  if (start < 0 || count === 0 || count > 200 || section.bytes.readUInt32LE(offset + 72) !== count) return undefined;
  const fields = [];
  for (let i = 0; i < count; i++) {
    const [name, type] = [pointer(start + i * FIELD_BYTES), pointer(start + i * FIELD_BYTES + 8)];
    const named = name < 0 ? undefined : nameAt(name);
    if (!named || type < 0) return undefined;
    fields.push({ ...named, type });
  }
  return fields;
}

const kindAt = (type) => section.bytes[type + 23] & 31;
const elementOf = (type) => pointer(type + (kindAt(type) === MAP ? TYPE_BYTES + 8 : TYPE_BYTES));

/** All named structs with protobuf tags: offset of the type -> { package, name, fields }. */
function readTypes() {
  const found = new Map();
  for (let offset = 0; offset + STRUCT_BYTES + 16 <= section.bytes.length; offset += 8) {
    if (kindAt(offset) !== STRUCT || section.bytes.readUInt32LE(offset + 4) !== 0) continue;
    const fields = fieldsAt(offset);
    if (fields?.some(({ tag }) => tag.includes('protobuf:"'))) found.set(offset, { fields });
  }
  const base = baseOfNames(found);
  for (const [offset, type] of found) {
    const [name, inPackage] = [
      nameAt(base + section.bytes.readInt32LE(offset + 40)),
      nameAt(base + section.bytes.readInt32LE(offset + STRUCT_BYTES)),
    ];
    type.name = name?.name.replace(/^\*?[^.]*\./, '');
    type.package = inPackage?.name;
  }
  return found;
}

/** Types give their names as offsets from a base that the stripped program does not tell: it is where the names make sense. */
function baseOfNames(found) {
  const offsets = [...found.keys()].slice(0, 200).map((offset) => section.bytes.readInt32LE(offset + 40));
  let best = { base: 0, score: -1 };
  for (let base = 0; base < 4096; base += 8) {
    const score = offsets.filter((offset) => /^\*?\w+\.[A-Z]\w*$/.test(nameAt(base + offset)?.name ?? '')).length;
    if (score > best.score) best = { base, score };
  }
  if (best.score < offsets.length / 2) throw new Error(`cannot find the names of ${program}'s types`);
  return best.base;
}

const types = readTypes();
const definitionOf = (type) =>
  `${type.package
    .split('/')
    .join('.')
    .replace(/^k8s\.io/, 'io.k8s')}.${type.name}`;
const byDefinition = new Map([...types.values()].filter((type) => type.package && type.name).map((type) => [definitionOf(type), type]));

function lineOf({ fields }) {
  const rows = [];
  for (const { tag, type } of fields) {
    const number = Number(/protobuf:"[^",]*,(\d+),/.exec(tag)?.[1]);
    const [name, ...options] = (/json:"([^"]*)"/.exec(tag)?.[1] ?? '-').split(',');
    if (!number || name === '-') continue;
    if (name === '') rows.push([number, `${number}{${lineOf(types.get(kindAt(type) === POINTER ? elementOf(type) : type))}}`]);
    else rows.push([number, `${name}=${number}${mayBeAbsent(type, options) ? '?' : ''}`]);
  }
  return rows
    .sort((a, b) => a[0] - b[0])
    .map(([, text]) => text)
    .join(' ');
}

/** Go leaves out of JSON an empty scalar marked `omitempty`, but writes it in protobuf; lists, maps and pointers are absent in both. */
function mayBeAbsent(type, options) {
  return options.includes('omitempty') && ![POINTER, SLICE, MAP, STRUCT].includes(kindAt(type));
}

// All stable versions, so that a kind that is added later is here already. Lists are answers, never requests.
const STABLE =
  /^io\.k8s\.(?:api\.\w+|(?:apiextensions-apiserver|kube-aggregator)\.pkg\.apis\.\w+|apimachinery\.pkg\.apis\.meta)\.v\d+\.(?!\w+List$)/;
const names = [...byDefinition.keys()].filter((name) => STABLE.test(name)).sort();
const path = join(here, '../src/protobuf/field-numbers.json');
const before = JSON.parse(readFileSync(path, 'utf8'));
// What the program does not link stays as it is: hardly any has the APIServices of kube-aggregator.
const kept = Object.keys(before).filter((name) => !byDefinition.has(name));
const rows = [...names.map((name) => [name, lineOf(byDefinition.get(name))]), ...kept.map((name) => [name, before[name]])];
const table = Object.fromEntries(rows.sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify(table, null, 2)}\n`);
console.log(`${names.length} definitions, and ${kept.length} that the program does not have`);
