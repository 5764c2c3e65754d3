# SPDX-License-Identifier: Apache-2.0
"""A program over the pydantic models that datamodel-code-generator makes of the description.

Run in the folder of the generated ``models.py``, with the file of captured answers as its argument.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

MODELS = {
    "create_backchannel_authentication": "BackchannelAuthenticationResponse",
    "create_client": "ClientRepresentation",
    "create_device_authorization": "DeviceAuthorizationResponse",
    "create_resource": "UmaResource",
    "get_certs": "JsonWebKeySet",
    "get_client_metadata": "ClientInformation",
    "get_openid_configuration": "OpenIDConfiguration",
    "get_realm": "RealmDescription",
    "get_uma_configuration": "UmaConfiguration",
    "introspect_token": "IntrospectionResponse",
    "push_authorization_request": "PushedAuthorizationResponse",
    "register_client_metadata": "ClientInformation",
}


def main(answers: dict[str, Any]) -> None:
    """Read every captured answer that has a model, and one token."""
    sys.path.insert(0, str(Path.cwd()))
    models = importlib.import_module("models")
    for answer in answers.values():
        if answer["status"] < 300 and answer["operation"] in MODELS:
            getattr(models, MODELS[answer["operation"]]).model_validate(answer["body"])
    body = {"access_token": "secret", "token_type": "Bearer", "not-before-policy": 7}
    token = models.TokenResponse.model_validate(body)
    if "secret" in repr(token) or token.not_before_policy != 7:
        sys.exit("a secret is not hidden, or a member is not found under its Python name")


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text("utf-8")))
