"""Small makers of files that mean harm, or are broken: the most telling kinds, written for these tests."""
