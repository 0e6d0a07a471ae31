// The gRPC API as JavaScript, loaded from the .proto files of this repository.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import grpc from '@grpc/grpc-js';
import protoLoader from '@grpc/proto-loader';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const OWN = `${ROOT}proto/src/main/protobuf`;

// The google.* files that ours import; the build of `proto` puts them there.
const IMPORTED = `${ROOT}proto/target/imported-protos`;

const FILES = ['seckill/v1/seckill_service.proto', 'seckill/v1/activity_service.proto', 'google/rpc/error_details.proto'];

if (!existsSync(`${IMPORTED}/google/rpc/error_details.proto`)) {
  throw new Error(`${IMPORTED} is not there; 'mvn -pl proto generate-sources' makes it, and so does './seckill up'`);
}

const definitions = protoLoader.loadSync(FILES, {
  includeDirs: [OWN, IMPORTED],
  // JavaScript's numbers are exact up to 2^53 only, and ids go beyond.
  longs: String,
  enums: String,
  defaults: true,
});

export const { SeckillService, ActivityService } = grpc.loadPackageDefinition(definitions).seckill.v1;

/** What a message type of google.rpc is, for reading the details of a status. */
export function typeOf(name) {
  return definitions[name];
}

const serviceConfig = readFileSync(new URL('../../service-config.json', import.meta.url), 'utf8');

/** A client of one service; all clients of one address share a connection. */
export function connect(Service, address) {
  return new Service(address, grpc.credentials.createInsecure(), {
    'grpc.service_config': serviceConfig,
    'grpc.service_config_disable_resolution': 1,
  });
}

/** One unary call as a promise. */
export function call(client, method, request, deadlineMillis) {
  return new Promise((resolve, reject) => {
    client[method](request, { deadline: Date.now() + deadlineMillis }, (failure, response) =>
      failure ? reject(failure) : resolve(response),
    );
  });
}
