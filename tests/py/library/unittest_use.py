"""unittest: results, skips, subtests, fixtures, mocks of one's own, the texts of failures."""
import io
import unittest


class Sample(unittest.TestCase):
    log = []

    @classmethod
    def setUpClass(cls):
        cls.log.append('class up')

    @classmethod
    def tearDownClass(cls):
        cls.log.append('class down')

    def setUp(self):
        self.log.append('up')
        self.addCleanup(self.log.append, 'cleanup')

    def tearDown(self):
        self.log.append('down')

    def test_pass(self):
        self.assertEqual(1 + 1, 2)
        self.assertTrue('x')
        self.assertIn(2, [1, 2])
        self.assertIsNone(None)
        self.assertAlmostEqual(0.1 + 0.2, 0.3)
        with self.assertRaisesRegex(ValueError, 'invalid literal'):
            int('x')
        with self.assertRaises(KeyError) as cm:
            {}['k']
        self.assertEqual(cm.exception.args, ('k',))

    def test_fail(self):
        self.assertEqual([1, 2, 3], [1, 5, 3], 'lists differ')

    def test_error(self):
        {}['missing']

    @unittest.skip('not now')
    def test_skip(self):
        pass

    @unittest.skipIf(True, 'condition')
    def test_skip_if(self):
        pass

    @unittest.expectedFailure
    def test_expected(self):
        self.fail('as expected')

    @unittest.expectedFailure
    def test_unexpected(self):
        pass

    def test_subtests(self):
        for i in range(4):
            with self.subTest(i=i):
                self.assertLess(i, 2)

    def test_skip_inside(self):
        self.skipTest('inside')


class Broken(unittest.TestCase):
    def setUp(self):
        raise OSError('setup failed')

    def test_never(self):
        pass


suite = unittest.TestSuite([unittest.defaultTestLoader.loadTestsFromTestCase(c) for c in (Sample, Broken)])
result = unittest.TestResult()
suite.run(result)
print(result, result.testsRun, result.wasSuccessful())
for kind in 'errors', 'failures', 'skipped', 'expectedFailures':
    for test, text in getattr(result, kind):
        print(kind, str(test).split(' ')[0], text.strip().splitlines()[-1])
print([str(t).split(' ')[0] for t in result.unexpectedSuccesses], Sample.log[:6], Sample.log[-1], Sample.log.count('up'), Sample.log.count('cleanup'))


class Texts(unittest.TestCase):
    maxDiff = 300

    def runTest(self):
        pass


t = Texts()
for f in (lambda: t.assertEqual(1, 2), lambda: t.assertEqual('a\nb', 'a\nc'), lambda: t.assertEqual({'a': 1}, {'a': 2}), lambda: t.assertEqual({1, 2}, {2, 3}), lambda: t.assertEqual((1,), [1]), lambda: t.assertNotEqual(1, 1), lambda: t.assertTrue(0), lambda: t.assertFalse([1]), lambda: t.assertIs([], []), lambda: t.assertIsNot(None, None), lambda: t.assertIsNone(5), lambda: t.assertIn('x', 'abc'), lambda: t.assertNotIn('a', 'abc'), lambda: t.assertIsInstance(1, str), lambda: t.assertGreater(1, 2), lambda: t.assertAlmostEqual(1, 1.1), lambda: t.assertAlmostEqual(1, 2, delta=0.5), lambda: t.assertRegex('abc', 'x+'), lambda: t.assertCountEqual([1, 1, 2], [1, 2, 2]), lambda: t.assertRaises(ValueError, int, '5'), lambda: t.assertRaisesRegex(ValueError, 'zzz', int, 'x'), lambda: t.assertWarns(UserWarning, print, end=''), lambda: t.assertLogs, lambda: t.fail('reason'), lambda: t.assertEqual(1, 2, 'custom'), lambda: t.assertListEqual([1], [2]), lambda: t.assertMultiLineEqual('a', 'b'), lambda: t.assertRaises(5)):
    try:
        f()
        print('passed')
    except AssertionError as e:
        print('FAILED', str(e).replace('\n', ' | '))
    except TypeError as e:
        print('TypeError', e)
stream = io.StringIO()
outcome = unittest.TextTestRunner(stream=stream, verbosity=2).run(unittest.defaultTestLoader.loadTestsFromTestCase(Broken))
print([l for l in stream.getvalue().splitlines() if l and not l.startswith(('Ran', '  File', '-----', '====='))])
t.assertEqual({'k': [1, 2]}, {'k': [1, 3]})
