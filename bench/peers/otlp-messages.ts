/** OTLP's trace messages in full, for the receiver that decodes everything. Source: opentelemetry-proto 1.x. */
import protobuf from "protobufjs";

type Shape = Readonly<Record<string, readonly [number, string, ("repeated" | undefined)?]>>;

const MESSAGES: Readonly<Record<string, Shape>> = {
  ExportTraceServiceRequest: { resourceSpans: [1, "ResourceSpans", "repeated"] },
  ResourceSpans: { resource: [1, "Resource"], scopeSpans: [2, "ScopeSpans", "repeated"], schemaUrl: [3, "string"] },
  Resource: { attributes: [1, "KeyValue", "repeated"], droppedAttributesCount: [2, "uint32"] },
  ScopeSpans: { scope: [1, "InstrumentationScope"], spans: [2, "Span", "repeated"], schemaUrl: [3, "string"] },
  InstrumentationScope: {
    name: [1, "string"],
    version: [2, "string"],
    attributes: [3, "KeyValue", "repeated"],
    droppedAttributesCount: [4, "uint32"],
  },
  Span: {
    traceId: [1, "bytes"],
    spanId: [2, "bytes"],
    traceState: [3, "string"],
    parentSpanId: [4, "bytes"],
    name: [5, "string"],
    kind: [6, "int32"],
    startTimeUnixNano: [7, "fixed64"],
    endTimeUnixNano: [8, "fixed64"],
    attributes: [9, "KeyValue", "repeated"],
    droppedAttributesCount: [10, "uint32"],
    events: [11, "Event", "repeated"],
    droppedEventsCount: [12, "uint32"],
    links: [13, "Link", "repeated"],
    droppedLinksCount: [14, "uint32"],
    status: [15, "Status"],
    flags: [16, "fixed32"],
  },
  Event: {
    timeUnixNano: [1, "fixed64"],
    name: [2, "string"],
    attributes: [3, "KeyValue", "repeated"],
    droppedAttributesCount: [4, "uint32"],
  },
  Link: {
    traceId: [1, "bytes"],
    spanId: [2, "bytes"],
    traceState: [3, "string"],
    attributes: [4, "KeyValue", "repeated"],
    droppedAttributesCount: [5, "uint32"],
    flags: [6, "fixed32"],
  },
  Status: { message: [2, "string"], code: [3, "int32"] },
  KeyValue: { key: [1, "string"], value: [2, "AnyValue"] },
  AnyValue: {
    stringValue: [1, "string"],
    boolValue: [2, "bool"],
    intValue: [3, "int64"],
    doubleValue: [4, "double"],
    arrayValue: [5, "ArrayValue"],
    kvlistValue: [6, "KeyValueList"],
    bytesValue: [7, "bytes"],
  },
  ArrayValue: { values: [1, "AnyValue", "repeated"] },
  KeyValueList: { values: [1, "KeyValue", "repeated"] },
};

const root = new protobuf.Root();
for (const [name, shape] of Object.entries(MESSAGES)) {
  const type = new protobuf.Type(name);
  for (const [field, [id, fieldType, rule]] of Object.entries(shape)) {
    type.add(new protobuf.Field(field, id, fieldType, rule));
  }
  root.add(type);
}
const request = root.lookupType("ExportTraceServiceRequest");

/** Every field of every span, as an object; returns how many spans there were. */
export function decodeEverything(body: Uint8Array): number {
  const { resourceSpans } = request.decode(body) as unknown as {
    readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly unknown[] }[] }[];
  };
  let count = 0;
  for (const { scopeSpans } of resourceSpans) for (const { spans } of scopeSpans) count += spans.length;
  return count;
}
