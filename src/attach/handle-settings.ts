import { describe, sharedMapError } from '../errors.js';
import { registeredCodec } from '../settings/codecs.js';
import { layoutOf, type RecordLayout } from '../settings/fields.js';
import { codecOf, type OwnCodec, readCacheValues, type Settings } from '../settings/options.js';
import type { AnyHandle } from './handle.js';

// What a handle and the options of attach make together.

const attachOptions: readonly string[] = ['value', 'cacheValues'];

interface AttachOptions {
  readonly codec: OwnCodec | undefined;
  readonly cacheValues: number | undefined;
}

/** What a user gave to attach. Throws ERR_SHARED_MAP_OPTION. */
function readAttachOptions(options: unknown): AttachOptions {
  if (options === undefined) return { codec: undefined, cacheValues: undefined };
  if (typeof options !== 'object' || options === null)
    wrong(`SharedMap.attach takes { value: codec, cacheValues: n }, not ${describe(options)}`);
  let codec: OwnCodec | undefined;
  let value: unknown;
  let cacheValues: unknown;
  let unknown: string | undefined;
  try {
    unknown = Object.keys(options).find((name) => !attachOptions.includes(name));
    ({ value, cacheValues } = options as { value?: unknown; cacheValues?: unknown });
    codec = codecOf(value);
  } catch (cause) {
    wrong('the options of attach cannot be read', cause);
  }
  if (unknown !== undefined)
    wrong(`SharedMap.attach has no option '${unknown}': use ${attachOptions.join(', ')}`);
  if (value !== undefined && codec === undefined)
    wrong(`option value of attach must be a codec, not ${describe(value)}`);
  return { codec, cacheValues: cacheValues === undefined ? undefined : readCacheValues(cacheValues) };
}

function wrong(message: string, cause?: unknown): never {
  throw sharedMapError('ERR_SHARED_MAP_OPTION', message, cause);
}

/**
 * The settings of a handle's map, with this thread's codec: the one that was `given`, else the one
 * that is registered. Throws ERR_SHARED_MAP_CODEC, ERR_SHARED_MAP_OPTION.
 */
export function handleSettings(
  handle: AnyHandle,
  options: unknown,
): Pick<Settings, 'key' | 'value' | 'codec' | 'record'> &
  Pick<AttachOptions, 'cacheValues'> & { readonly given: OwnCodec | undefined } {
  const { codec: given, cacheValues } = readAttachOptions(options);
  const codec = given ?? (handle.codec === null ? undefined : registeredCodec(handle.codec));
  if (handle.codec !== (codec?.name ?? null)) throw wrongCodec(handle.codec, codec?.name);
  return {
    key: handle.key,
    value: handle.value,
    codec,
    given,
    cacheValues,
    record: handle.fields === null ? undefined : (layoutOf(handle.fields) as RecordLayout),
  };
}

function wrongCodec(needed: string | null, given: string | undefined): Error {
  const name = given === undefined ? 'this thread knows no codec of that name' : `not codec '${given}'`;
  return sharedMapError(
    'ERR_SHARED_MAP_CODEC',
    needed === null
      ? `this map has no codec, but codec '${given}' was given`
      : `this map's values need codec '${needed}', ${name}: use SharedMap.attach(handle, { value: codec }), or SharedMap.registerCodec(codec) before`,
  );
}

/** One instance cannot keep values for one of its users and not for the other. Throws ERR_SHARED_MAP_OPTION. */
export function refuseOtherCache(known: number, asked: number | undefined): void {
  if (asked === undefined || asked === known) return;
  throw sharedMapError(
    'ERR_SHARED_MAP_OPTION',
    `this thread has attached this map with cacheValues ${known} already: leave the option out, or detach({ all: true }) first`,
  );
}
