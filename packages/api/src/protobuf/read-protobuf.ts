// All of the protobuf reader, as one module that is loaded when the first protobuf body comes.
export { openEnvelope } from './envelope.ts';
export { ProtobufError } from './protobuf-error.ts';
export { readMessage } from './read-message.ts';
