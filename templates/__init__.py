"""The pages' and mails' templates; a package so that a wheel carries them."""
