import { expect, test } from "vitest";
import { serviceOf } from "./use-key-service";

test.each([
  ["https://api.openai.com/v1", "openai.com"],
  ["htp://eu.api.openai.com", "openai.com"],
  ["https://models.example.co.uk/v1", "example.co.uk"],
  ["http://127.0.0.1:1234/v1", "this computer"],
  ["http://localhost:8080", "this computer"],
  ["http://192.168.1.20:8080", "192.168.1.20"],
  ["http://tower:8080", "tower"],
  ["https://", null],
  ["", null],
])("%s is of %s", (address, service) => expect(serviceOf(address)).toBe(service));
