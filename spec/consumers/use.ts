// SPDX-License-Identifier: Apache-2.0
// A typed program over the types that openapi-typescript makes of the description: it has to compile, and
// what is marked as an error has to be one.
import type { components, operations, paths } from "./keycloak-oidc";

type Schemas = components["schemas"];
type Json<Operation extends { responses: object }, Status extends keyof Operation["responses"]> =
  Operation["responses"][Status] extends { content: { "application/json": infer Body } } ? Body : never;

export function accessToken(answer: Json<operations["create_token"], 200>): string | null {
  if (Array.isArray(answer)) {
    return answer.map((permission) => permission.rsname ?? permission.rsid).join(" ");
  }
  return "access_token" in answer ? answer.access_token : null;
}

export function audiences(state: Json<operations["introspect_token"], 200>): string[] {
  const audience = state.aud ?? [];
  return state.active ? (typeof audience === "string" ? [audience] : audience) : [];
}

export const request: Schemas["TokenRequest"] = {
  grant_type: "urn:ietf:params:oauth:grant-type:uma-ticket",
  audience: ["photos-api"],
  permission: ["photo#view"],
  response_mode: "permissions",
};

export function signingKeys(set: Schemas["JsonWebKeySet"]): string[] {
  return set.keys.filter((key) => key.use === "sig").map((key) => key["x5t#S256"] ?? key.kty);
}

export function challenge(headers: operations["get_userinfo"]["responses"][401]["headers"]): string {
  return headers["WWW-Authenticate"];
}

export const userinfo: keyof paths = "/realms/{realm}/protocol/openid-connect/userinfo";

// @ts-expect-error grant_type is required
export const incomplete: Schemas["TokenRequest"] = { client_id: "web-app" };

export function lifetime(token: Schemas["TokenResponse"]): number | undefined {
  // @ts-expect-error there is no such member
  void token.expiresIn;
  return token.expires_in;
}
