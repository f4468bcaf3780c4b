"""Scripted trainees against a caller: is calm earned, can the call be won, and is it too easy?"""
