package dev.tmuxbuilder.service;

import static dev.tmuxbuilder.service.Client.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A tenant with an execution, and those who may do something in it. */
record Organisation(Client nobody, String email, Client.Created owner) {
  static Organisation of(Client nobody) {
    Map<String, Object> wish = Client.wish("# Ours");
    return new Organisation(nobody, wish.get("email").toString(), nobody.create(wish));
  }

  Client admin() {
    return owner.client();
  }

  String execution() {
    return owner.id();
  }

  String tenant() {
    return owner.answer().get("user_id").asText();
  }

  String path(String rest) {
    return "/api/tenants/" + tenant() + rest;
  }

  /** Somebody with a tenant of its own who is a member here as well. */
  Client member(String role) {
    Map<String, Object> wish = Client.wish("# Guest");
    Client guest = nobody.create(wish).client();
    JsonNode invitation =
        admin()
            .json(
                admin()
                    .post(
                        path("/invitations"),
                        text(Map.of("email", wish.get("email"), "role", role))),
                201);
    guest.json(
        guest.post(
            "/api/invitations/accept", text(Map.of("token", invitation.get("token").asText()))),
        200);
    return guest;
  }

  JsonNode token(String scope, Optional<String> user) {
    Map<String, Object> wish = new HashMap<>(Map.of("name", "program", "scope", scope, "days", 1));
    user.ifPresent(id -> wish.put("user_id", id));
    return admin().json(admin().post(path("/tokens"), text(wish)), 201);
  }
}
