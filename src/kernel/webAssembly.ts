/**
 * The part of WebAssembly's interface that is used here, typed by hand: the types of ES2023 and Node have none, those
 * of the DOM do not belong here.
 */
export interface WasmModule {
  readonly [brand]: "module";
}
declare const brand: unique symbol;

/** Memory that several threads see. Growing makes `buffer` a new, longer object over the same bytes. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

interface WebAssemblyInterface {
  validate(bytes: Uint8Array<ArrayBuffer>): boolean;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: { readonly env: { readonly memory: WasmMemory } },
  ) => { readonly exports: unknown };
  readonly Memory: new (limits: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }) => WasmMemory;
}

export const wasm = (globalThis as unknown as { readonly WebAssembly: WebAssemblyInterface }).WebAssembly;

/** Sizes of memories are counted in pages. */
export const PAGE_BYTES = 65536;
