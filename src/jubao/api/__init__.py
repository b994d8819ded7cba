"""The API for other departments: `/api/v1/`.

Worked example: `/api/v1/openapi.json` describes every address.
"""
