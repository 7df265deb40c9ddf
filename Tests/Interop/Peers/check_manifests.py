"""Holds manifests against the JSON Schema that a server publishes, as an editor does: check_manifests.py SCHEMA FILE..."""

import json
import sys

import jsonschema_rs
import yaml

from outcome import say

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
jsonschema_rs.meta.validate(schema)
validator = jsonschema_rs.Draft202012Validator(schema)
for name in sys.argv[2:]:
    with open(name, encoding="utf-8") as file:
        for document in yaml.safe_load_all(file):
            problems = [error.message for error in validator.iter_errors(document)]
            say("checked", file=name, name=document["metadata"]["name"], problems=problems)
