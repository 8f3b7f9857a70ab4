// What values of JavaScript's own types give, as far as the flow of values needs it: elements,
// results, what is awaited. `"[]"` is what indexing gives, `"*"` what a member gives that is not
// here: something of the outside. `global_names.txt` lists the other globals by name.

export declare class Anything {
  "*"(): Outside;
}
export declare class Object extends Anything {
  static assign<T, U, V>(target: T, one: U, two?: V): T | U | V;
  static freeze<T>(value: T): T;
  static seal<T>(value: T): T;
  static keys(value: Outside): string[];
  static entries(value: Outside): [string, Outside][];
  static values(value: Outside): Outside[];
  static create(prototype: Outside): Outside;
  static defineProperties(target: Outside, properties: Outside): Outside;
  static defineProperty(target: Outside, key: Outside, property: Outside): Outside;
  static fromEntries(entries: Outside): Outside;
  static getOwnPropertyDescriptor(value: Outside, key: Outside): Outside;
  static getOwnPropertyDescriptors(value: Outside): Outside;
  static getOwnPropertyNames(value: Outside): string[];
  static getOwnPropertySymbols(value: Outside): Symbol[];
  static getPrototypeOf(value: Outside): Outside;
  static groupBy(values: Outside, by: Outside): Outside;
  static hasOwn(value: Outside, key: Outside): boolean;
  static is(one: Outside, other: Outside): boolean;
  static isExtensible(value: Outside): boolean;
  static isFrozen(value: Outside): boolean;
  static isSealed(value: Outside): boolean;
  static preventExtensions(value: Outside): Outside;
  static prototype: Outside;
  static setPrototypeOf(value: Outside, prototype: Outside): Outside;
  toString(): string;
  valueOf(): this;
}
export declare class Function extends Anything {
  static prototype: Outside;
  name: string;
}
export declare class String extends Anything {
  static fromCharCode(...codes: number[]): string;
  static fromCodePoint(...codes: number[]): string;
  static prototype: Outside;
  static raw(parts: Outside): string;
  length: number;
  "[]"(index: number): string;
  [Symbol.iterator](): Iterator<string>;
  at(index: number): string;
  charAt(index: number): string;
  concat(...parts: string[]): string;
  indexOf(part: string): number;
  includes(part: string): boolean;
  startsWith(part: string): boolean;
  endsWith(part: string): boolean;
  match(pattern: RegExp): RegExpMatchArray;
  matchAll(pattern: RegExp): Iterator<RegExpMatchArray>;
  normalize(form: string): string;
  padEnd(length: number, fill: string): string;
  padStart(length: number, fill: string): string;
  repeat(count: number): string;
  replace(pattern: RegExp, by: string): string;
  replaceAll(pattern: RegExp, by: string): string;
  slice(start: number, end: number): string;
  split(separator: string): string[];
  substring(start: number, end: number): string;
  toLowerCase(): string;
  toString(): string;
  toUpperCase(): string;
  trim(): string;
  trimEnd(): string;
  trimStart(): string;
}
export declare class Number extends Anything {
  static isFinite(value: Outside): boolean;
  static isInteger(value: Outside): boolean;
  static isNaN(value: Outside): boolean;
  static isSafeInteger(value: Outside): boolean;
  static parseFloat(text: string): number;
  static parseInt(text: string): number;
  static prototype: Outside;
  toFixed(digits: number): string;
  toString(): string;
}
export declare class Boolean extends Anything {
  toString(): string;
}
export declare class Symbol extends Anything {
  static for(key: string): Symbol;
  static keyFor(symbol: Symbol): string;
  toString(): string;
}
export declare class BigInt extends Anything {
  static asIntN(bits: number, value: BigInt): BigInt;
  static asUintN(bits: number, value: BigInt): BigInt;
  toString(): string;
}
export declare class RegExp extends Anything {
  static escape(text: string): string;
  exec(text: string): RegExpMatchArray;
  test(text: string): boolean;
}
export declare class RegExpMatchArray extends Array<string> {
  index: number;
}
export declare class Error extends Anything {
  static captureStackTrace(target: Outside): void;
  static isError(value: Outside): boolean;
  static prototype: Outside;
  message: string;
  name: string;
  stack: string;
}
export declare class Array<T> extends Anything {
  length: number;
  static from<U>(values: Iterable<U>): U[];
  static of<U>(...values: U[]): U[];
  static fromAsync<U>(values: Iterable<U>): Promise<U[]>;
  static isArray(value: Outside): boolean;
  static prototype: Outside;
  "[]"(index: number): T;
  [Symbol.iterator](): Iterator<T>;
  at(index: number): T;
  concat(...others: T[]): T[];
  copyWithin(): this;
  entries(): Iterator<[number, T]>;
  every(test: (value: T) => boolean): boolean;
  fill(value: T): this;
  filter(test: (value: T) => boolean): T[];
  find(test: (value: T) => boolean): T;
  findIndex(test: (value: T) => boolean): number;
  findLast(test: (value: T) => boolean): T;
  flat(): Outside[];
  flatMap<U>(by: (value: T) => U): U[];
  forEach(action: (value: T) => void): void;
  includes(value: T): boolean;
  indexOf(value: T): number;
  join(separator: string): string;
  keys(): Iterator<number>;
  map<U>(by: (value: T) => U): U[];
  pop(): T;
  push(...values: T[]): number;
  reduce<U>(by: (left: U, right: T) => U, first: U): U;
  reduceRight<U>(by: (left: U, right: T) => U, first: U): U;
  reverse(): T[];
  shift(): T;
  slice(start: number, end: number): T[];
  some(test: (value: T) => boolean): boolean;
  sort(by: (left: T, right: T) => number): T[];
  splice(start: number, count: number): T[];
  toReversed(): T[];
  toSorted(by: (left: T, right: T) => number): T[];
  unshift(...values: T[]): number;
  values(): Iterator<T>;
  with(index: number, value: T): T[];
}
export declare class ReadonlyArray<T> extends Array<T> {}
export declare class ArrayLike<T> extends Array<T> {}
export declare class Map<K, V> extends Anything {
  static groupBy(values: Outside, by: Outside): Outside;
  [Symbol.iterator](): Iterator<[K, V]>;
  delete(key: K): boolean;
  entries(): Iterator<[K, V]>;
  forEach(action: (value: V, key: K) => void): void;
  get(key: K): V;
  has(key: K): boolean;
  keys(): Iterator<K>;
  set(key: K, value: V): this;
  size: number;
  values(): Iterator<V>;
}
export declare class ReadonlyMap<K, V> extends Map<K, V> {}
export declare class WeakMap<K, V> extends Map<K, V> {}
export declare class Record<K, V> {
  "[]"(key: K): V;
  "*"(): V;
}
export declare class Set<T> extends Anything {
  [Symbol.iterator](): Iterator<T>;
  add(value: T): this;
  delete(value: T): boolean;
  entries(): Iterator<[T, T]>;
  forEach(action: (value: T) => void): void;
  has(value: T): boolean;
  keys(): Iterator<T>;
  size: number;
  values(): Iterator<T>;
}
export declare class ReadonlySet<T> extends Set<T> {}
export declare class WeakSet<T> extends Set<T> {}
export declare class WeakRef<T> extends Anything {
  deref(): T;
}
export declare class Iterable<T> extends Anything {
  [Symbol.iterator](): Iterator<T>;
}
// `next` gives the element itself: that is how the elements of a loop are asked for.
export declare class Iterator<T> extends Iterable<T> {
  next(): T;
  map<U>(by: (value: T) => U): Iterator<U>;
  filter(test: (value: T) => boolean): Iterator<T>;
  toArray(): T[];
}
export declare class IterableIterator<T> extends Iterator<T> {}
export declare class IteratorObject<T> extends Iterator<T> {}
export declare class Generator<T, R, N> extends Iterator<T> {}
export declare class AsyncIterable<T> extends Anything {
  [Symbol.asyncIterator](): AsyncIterator<T>;
}
export declare class AsyncIterator<T> extends AsyncIterable<T> {
  next(): Promise<T>;
}
export declare class AsyncIterableIterator<T> extends AsyncIterator<T> {}
export declare class AsyncGenerator<T, R, N> extends AsyncIterator<T> {}
export declare class Promise<T> extends Anything {
  static all(values: Iterable<Outside>): Promise<Outside[]>;
  static allSettled(values: Iterable<Outside>): Promise<Outside[]>;
  static any(values: Iterable<Outside>): Promise<Outside>;
  static prototype: Outside;
  static race(values: Iterable<Outside>): Promise<Outside>;
  static reject(reason: Outside): Promise<Outside>;
  static resolve<U>(value: U): Promise<U>;
  static try(action: Outside): Promise<Outside>;
  static withResolvers(): Outside;
  then(): Fulfilled<T>;
}
export declare class Fulfilled<T> extends Anything {}
// What a promise of T is when its members are asked for: awaiting it needs no member.
export declare class Promised<T> {
  then<U>(fulfilled: (value: T) => U): Promise<U>;
  catch(): Promise<T>;
  finally(): Promise<T>;
}
