# SPDX-License-Identifier: Apache-2.0
"""A Django app for scenarios: people whose key is Keycloak's."""
